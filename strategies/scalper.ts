import { type BookTop, int, type PositionContext, real, Strategy } from 'tidegate';

/**
 * Scalps on trades and books by the interaction map of the fourteen microstructure features: the classifier feeds VPIN and CVD, Hurst chooses
 * between reversion and momentum, CVD divergence outranks momentum, the ensemble has to agree, and VPIN, regime and depth decide how much, if
 * at all. Every gate's decision goes into the journal. Runs on ticks: tidegate backtest -s Scalper --ticks --pairs BTC/USDT:USDT
 */
export default class Scalper extends Strategy {
  override canShort = true;
  /** Only a net below the volatility stop. */
  override stoploss = -0.02;

  p = this.tune({
    everyMs: int(50, 5000, 250),
    vpinWindowMs: int(10_000, 3_600_000, 60_000),
    fragileBelow: real(0.1, 0.5, 0.35),
    shockPauseMs: int(0, 60_000, 5000),
    least: real(0.05, 0.9, 0.3, { space: 'entry' }),
    stopVols: real(0.5, 10, 3, { space: 'stoploss' }),
    takeVols: real(0.5, 10, 4, { space: 'exit' }),
    maxHoldMs: int(1000, 600_000, 60_000, { space: 'exit' }),
  });

  override ticks() {
    return { timerMs: 1000, micro: { vpin: { windowMs: this.p.vpinWindowMs } } };
  }

  override onBook({ time, bid, ask }: BookTop) {
    if (time < ((this.pairStore.nextAt as number) ?? 0)) return;
    this.pairStore.nextAt = time + this.p.everyMs;
    const { position } = this;
    if (position) return this.watch(time, (bid + ask) / 2);
    if (!this.mayTrade(time)) return;
    const direction = this.directionAt(time);
    if (direction > 0) this.enter.long({ tag: this.pairStore.signal as string });
    if (direction < 0) this.enter.short({ tag: this.pairStore.signal as string });
  }

  /** The gates that concern the market, whatever the direction. */
  mayTrade(time: number): boolean {
    const { classifier, vpin, hurst, liquidity, parkinson } = this.micro;
    const state = this.bookState;
    if (!this.gate('book', state === 'live', state)) return false;
    if (liquidity.isDepthShock) this.pairStore.shockUntil = time + this.p.shockPauseMs;
    const isCalm = time >= ((this.pairStore.shockUntil as number) ?? 0);
    if (!this.gate('depth-shock', isCalm, isCalm ? 'depth is there' : 'depth fell by 30 %')) return false;
    const isFirm = liquidity.resilience >= this.p.fragileBelow;
    if (!this.gate('resilience', isFirm, isFirm ? 'resilient' : 'fragile book', liquidity.resilience)) return false;
    // VPIN is not to be used, neither for nor against, while trades cannot be told apart.
    if (this.gate('classifier', !classifier.isUnreliable, classifier.warning ?? 'reliable', classifier.fallbackShare)) {
      const isReady = vpin?.isReady ?? false;
      if (!this.gate('vpin', isReady && !vpin!.isKillSwitchOn, isReady ? vpin!.regime! : 'warming up', vpin?.value))
        return false;
    }
    const { regime, value } = hurst;
    const isTradable = regime !== 'none';
    if (!this.gate('hurst', isTradable, Number.isNaN(value) ? 'too few samples' : regime, value)) return false;
    return this.gate('volatility', parkinson.isReady, parkinson.isReady ? 'known' : 'warming up', parkinson.value);
  }

  /** -1, 0 or 1 by the signals that the Hurst regime lets speak, and their agreement. */
  directionAt(time: number): number {
    const { classifier, cvd, hurst, ofi, ou, regime } = this.micro;
    const book = this.micro.bookDirection(time);
    const isReverting = hurst.value < 0.45;
    let signals = [ou.signal, book];
    this.pairStore.signal = 'reversion';
    if (!isReverting) {
      const trend = classifier.isUnreliable ? 0 : Math.sign(cvd.windowDelta) * 0.5;
      signals = [Math.tanh(ofi.z / 2), trend, book];
      this.pairStore.signal = 'momentum';
    }
    if (!classifier.isUnreliable && cvd.isOverriding) {
      signals = [cvd.divergence, book];
      this.pairStore.signal = 'divergence';
      this.gate('divergence', true, `overrides ${isReverting ? 'reversion' : 'momentum'}`, cvd.divergence);
    }
    const { accepted, confidence, direction } = this.micro.agreementOf(signals);
    if (!this.gate('agreement', accepted, accepted ? 'the models agree' : 'the models disagree', confidence)) return 0;
    const strength = direction * regime.multiplier;
    const isStrong = Math.abs(strength) >= this.p.least;
    return this.gate('strength', isStrong, isStrong ? (this.pairStore.signal as string) : 'too weak', strength)
      ? Math.sign(strength)
      : 0;
  }

  /** Less in toxic flow, between regimes, in a poor market, and where depth is on the other side. */
  override stake({ proposed, side }: { proposed: number; side: 'long' | 'short' }) {
    const { classifier, hurst, liquidity, regime, vpin } = this.micro;
    const toxicity = classifier.isUnreliable ? 0.5 : (vpin?.multiplier ?? 0);
    const own = side === 'long' ? liquidity.depthImbalance : 1 - liquidity.depthImbalance;
    const factor = toxicity * regime.multiplier * (hurst.regime === 'reduced' ? 0.5 : 1) * Math.min(1, 2 * own);
    this.gate('size', factor > 0, 'VPIN × regime × Hurst × own depth', factor);
    return proposed * factor;
  }

  /** Stops at a multiple of the Parkinson blend, set with each fill. */
  override customStop({ afterFill }: PositionContext & { readonly afterFill: boolean }) {
    return afterFill ? -this.p.stopVols * this.micro.parkinson.value : null;
  }

  watch(time: number, mid: number) {
    const position = this.position!;
    const vol = this.micro.parkinson.value;
    const gain = (position.sign * (mid - position.openRate)) / position.openRate;
    const isOld = time - position.openTime > this.p.maxHoldMs;
    const isToxic = this.micro.vpin?.isKillSwitchOn ?? false;
    if (gain < this.p.takeVols * vol && !isOld && !isToxic) return;
    this.gate('exit', true, isToxic ? 'toxic flow' : isOld ? 'held long enough' : 'target reached', gain);
    if (position.sign > 0) this.exit.long({ tag: isOld ? 'time' : isToxic ? 'toxic' : 'target' });
    else this.exit.short({ tag: isOld ? 'time' : isToxic ? 'toxic' : 'target' });
  }
}
