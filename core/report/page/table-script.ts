/** Browser script: sortable tables and the filter of the trade list. Runs in the page's one function scope. */
export const tableScript = String.raw`
for (const table of document.querySelectorAll('table[data-sortable]')) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.querySelector('button').addEventListener('click', () => {
    const down = head.getAttribute('aria-sort') !== 'descending';
    heads.forEach((h) => h.setAttribute('aria-sort', 'none'));
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, key: sortKey(row.cells[column]) }));
    rows.sort((a, b) => compare(a.key, b.key, down ? -1 : 1));
    body.append(...rows.map((entry) => entry.row));
  }));
}
// Text cells sort by their text, others by their value in full precision; an empty value is undefined.
function sortKey(cell) {
  if (cell.classList.contains('text') && cell.dataset.v === undefined) return cell.textContent;
  return cell.dataset.v ? Number(cell.dataset.v) : null;
}
// Undefined values stay last in either direction.
function compare(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  return sign * (a < b ? -1 : a > b ? 1 : 0);
}
const filter = document.getElementById('trade-filter');
if (filter) filter.addEventListener('input', () => {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of document.querySelectorAll('#trades tbody tr')) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
});
`;
