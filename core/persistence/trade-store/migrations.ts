/** A step of the schema. Released ones are never changed: their checksums are stored, and held against the code at every start. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** All steps, in order, numbered from 1 without gaps. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'first',
    sql: `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE session (
  id INTEGER PRIMARY KEY, mode TEXT NOT NULL, at REAL NOT NULL, inputs TEXT NOT NULL, epoch INTEGER NOT NULL, ended_at REAL,
  first_event INTEGER NOT NULL
) STRICT;
CREATE TABLE trade (
  id INTEGER PRIMARY KEY, account TEXT NOT NULL, strategy TEXT NOT NULL, pair TEXT NOT NULL, side TEXT NOT NULL CHECK (side IN ('long', 'short')),
  timeframe TEXT NOT NULL, opened_at REAL NOT NULL, closed_at REAL, open_rate REAL NOT NULL, close_rate REAL, amount REAL NOT NULL,
  peak_amount REAL NOT NULL, stake REAL NOT NULL, leverage REAL NOT NULL, fees REAL NOT NULL, funding REAL NOT NULL, profit_abs REAL NOT NULL,
  profit_ratio REAL, entry_tag TEXT, exit_reason TEXT, exit_tag TEXT, initial_stop REAL, stop REAL, liquidation REAL, min_rate REAL NOT NULL,
  max_rate REAL NOT NULL, engine TEXT NOT NULL
) STRICT;
CREATE INDEX trade_open ON trade (id) WHERE closed_at IS NULL;
CREATE INDEX trade_opened ON trade (opened_at);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, account TEXT NOT NULL, strategy TEXT NOT NULL, pair TEXT NOT NULL, position_side TEXT NOT NULL,
  trade_id INTEGER REFERENCES trade (id) DEFERRABLE INITIALLY DEFERRED, parent_id INTEGER REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
  purpose TEXT NOT NULL, kind TEXT NOT NULL, side TEXT NOT NULL CHECK (side IN ('buy', 'sell')), price REAL, amount REAL NOT NULL,
  filled REAL NOT NULL, average REAL, ticks REAL NOT NULL, lots REAL NOT NULL, filled_lots REAL NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('created', 'working', 'filled', 'cancelled', 'rejected', 'expired')),
  client_id TEXT, exchange_id TEXT, tag TEXT, reason TEXT, created_at REAL NOT NULL, updated_at REAL NOT NULL, engine TEXT NOT NULL
) STRICT;
CREATE INDEX orders_open ON orders (id) WHERE state IN ('created', 'working');
CREATE INDEX orders_trade ON orders (trade_id);
CREATE UNIQUE INDEX orders_client ON orders (account, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX orders_exchange ON orders (account, exchange_id);
CREATE TABLE transition (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL, at REAL NOT NULL, state TEXT NOT NULL, price REAL, amount REAL NOT NULL,
  filled REAL NOT NULL, reason TEXT
) STRICT;
CREATE INDEX transition_order ON transition (order_id);
CREATE TRIGGER order_made AFTER INSERT ON orders BEGIN
  INSERT INTO transition (order_id, at, state, price, amount, filled, reason)
  VALUES (NEW.id, NEW.updated_at, NEW.state, NEW.price, NEW.amount, NEW.filled, NEW.reason);
END;
CREATE TRIGGER order_moved AFTER UPDATE ON orders
WHEN NEW.state <> OLD.state OR NEW.filled <> OLD.filled OR NEW.amount <> OLD.amount OR NEW.price IS NOT OLD.price BEGIN
  INSERT INTO transition (order_id, at, state, price, amount, filled, reason)
  VALUES (NEW.id, NEW.updated_at, NEW.state, NEW.price, NEW.amount, NEW.filled, NEW.reason);
END;
CREATE TRIGGER order_goes_forward BEFORE UPDATE ON orders
WHEN NEW.filled_lots < OLD.filled_lots
  OR (OLD.state NOT IN ('created', 'working') AND NEW.state IN ('created', 'working'))
  OR (OLD.state = 'working' AND NEW.state = 'created')
  OR (OLD.state = 'filled' AND NEW.state <> 'filled') BEGIN
  SELECT RAISE(ABORT, 'an order may only move forward');
END;
CREATE TABLE intent (
  id INTEGER NOT NULL, attempt INTEGER NOT NULL, request TEXT NOT NULL CHECK (request IN ('place', 'cancel', 'amend')),
  order_id INTEGER NOT NULL REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED, account TEXT NOT NULL, client_id TEXT NOT NULL, at REAL NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('pending', 'unknown', 'confirmed', 'refused', 'denied')), settled_at REAL, detail TEXT,
  body TEXT NOT NULL, PRIMARY KEY (id, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX intent_open ON intent (at) WHERE outcome IN ('pending', 'unknown');
CREATE INDEX intent_order ON intent (order_id);
CREATE UNIQUE INDEX intent_client ON intent (account, client_id) WHERE request = 'place';
CREATE TABLE fill (
  exchange_id TEXT NOT NULL, account TEXT NOT NULL, pair TEXT NOT NULL,
  order_id INTEGER NOT NULL REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED,
  trade_id INTEGER NOT NULL REFERENCES trade (id) DEFERRABLE INITIALLY DEFERRED, at REAL NOT NULL, side TEXT NOT NULL, price REAL NOT NULL,
  amount REAL NOT NULL, ticks REAL NOT NULL, lots REAL NOT NULL, fee REAL NOT NULL, fee_asset TEXT NOT NULL, fee_stake REAL NOT NULL,
  is_maker INTEGER NOT NULL, UNIQUE (account, pair, exchange_id)
) STRICT;
CREATE INDEX fill_order ON fill (order_id);
CREATE INDEX fill_trade ON fill (trade_id);
CREATE TABLE funding (
  trade_id INTEGER NOT NULL REFERENCES trade (id) DEFERRABLE INITIALLY DEFERRED, account TEXT NOT NULL, pair TEXT NOT NULL, at REAL NOT NULL,
  rate REAL NOT NULL, mark REAL NOT NULL, amount REAL NOT NULL, PRIMARY KEY (trade_id, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE owner (
  account TEXT NOT NULL, pair TEXT NOT NULL, side TEXT NOT NULL, strategy TEXT NOT NULL, PRIMARY KEY (account, pair, side)
) STRICT, WITHOUT ROWID;
CREATE TABLE lock (
  pair TEXT NOT NULL, side TEXT NOT NULL, source TEXT NOT NULL, at REAL NOT NULL, until REAL NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (pair, side, source)
) STRICT, WITHOUT ROWID;
CREATE TABLE value (scope TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (scope, name)) STRICT, WITHOUT ROWID;
CREATE TABLE blob (name TEXT PRIMARY KEY, code_hash TEXT NOT NULL, at REAL NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE TABLE stream (
  account TEXT NOT NULL, stream TEXT NOT NULL, position TEXT NOT NULL, PRIMARY KEY (account, stream)
) STRICT, WITHOUT ROWID;
CREATE TABLE equity (
  at REAL NOT NULL, account TEXT NOT NULL, currency TEXT NOT NULL, equity REAL NOT NULL, free REAL NOT NULL, open_positions INTEGER NOT NULL,
  PRIMARY KEY (account, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE decision (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, kind TEXT NOT NULL, strategy TEXT, pair TEXT, trade_id INTEGER, order_id INTEGER,
  reason TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX decision_trade ON decision (trade_id) WHERE trade_id IS NOT NULL;
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, session INTEGER NOT NULL, at REAL NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE TRIGGER decision_kept BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decision_stays BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER journal_kept BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_stays BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER fill_kept BEFORE UPDATE ON fill BEGIN SELECT RAISE(ABORT, 'fills are append-only'); END;
CREATE TRIGGER fill_stays BEFORE DELETE ON fill BEGIN SELECT RAISE(ABORT, 'fills are append-only'); END;
`,
  },
];
