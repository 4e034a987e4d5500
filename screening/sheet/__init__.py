"""排查表: the village's month, pre-filled from the register, one row a household.

How to build on it (grid, workbook, print): everything reads the one declaration of `columns.py`.

- `columns.CELLS` in order, `columns.BY_KEY`, `columns.GROUPS`. A cell says label, group, kind,
  help (a sentence of the code table `field_help`), whether it is typed at all (`is_typed`), and
  turns whatever a person writes into its one canonical text: `cell.clean(written)` (raises
  CellRefused with a Chinese reason), e.g.
  `"1.2万元"` → `"12000"`, `"√"` → `"是"`, `"2026.11.3"` → `"2026-11-03"`. A cell travels between
  browser, workbook and server as that text; empty is `""`.
- `rows.of_village(round, village_code)` and `rows.of_households(round, ids)`: list of `Row` in a
  constant number of queries. `row.text(key)` is what the cell shows (a draft before the fact),
  `row.may_type(key)` whether this row takes the cell, `row.errors` {key: sentence} the hard ones,
  `row.doubts` those still open (hard ones are corrected at the member), `row.state` one of `State`.
- `actions.save_cells(round=, changes=[Change(...)], by=)`: per change one `Result` (saved, draft,
  error, conflict, refused). A change carries its own id (a UUID that the browser gives): sent
  twice it acts once. `seen` is the text the person had before their eyes; when the cell says
  something else by now, the answer is a conflict with both values and nothing is written.
  A value that is not valid, or not complete yet (all four safeguards, all amounts), waits as a
  draft on the row and goes into the register as soon as it can.
- `actions.confirm_unchanged`, `accept_doubt`, `restore`, `add_household`, `hand_in`.
- A preview of a paste or a workbook is `preview.compare(rows, wanted, seen)`: nothing is written;
  with `seen` a cell that somebody changed meanwhile is a conflict.
- `workbook.write` and `workbook.read`: the sheet as a workbook, out and back.
- `checked_how`, `checked_on` and `contacted` of a case are the village's visit: typed once.
  `actions.add_photos` keeps pictures with it.
- In the browser: `static/js/sheet/outbox.js` keeps changes until the server has answered (IndexedDB,
  72 hours, no name, no ID number), sends them in order and tells who listens; form and grid share it.
- The grid's page holds no rows: its head asks `sheet_lines` for them while the scripts are read, and
  `static/js/sheet/grid.js` draws the first screen of them before it looks at the others.
"""
