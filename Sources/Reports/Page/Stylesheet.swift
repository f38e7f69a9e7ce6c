/// The one look of all pages, on screen and on paper.
enum Stylesheet {
  static let text = """
    :root { --ink: #1d2330; --soft: #5a6272; --line: #d5d9e0; --paper: #ffffff; }
    * { box-sizing: border-box; }
    body { margin: 0; background: #f4f5f7; color: var(--ink);
      font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
      sans-serif; }
    main, footer { max-width: 860px; margin: 0 auto; padding: 2.5rem 3rem; background: var(--paper); }
    main { min-height: 60vh; }
    h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; letter-spacing: -.01em; }
    h2 { font-size: 1.3rem; line-height: 1.3; margin: 2.4rem 0 .8rem; padding-bottom: .3rem;
      border-bottom: 1px solid var(--line); }
    h3 { font-size: 1.05rem; margin: 1.6rem 0 .5rem; }
    p, ul, dl, pre, figure, .table, .verdict { margin: 0 0 1.1rem; }
    ul { padding-left: 1.3rem; }
    .subtitle { color: var(--soft); }
    nav { font-size: .93rem; }
    nav ol { columns: 2; padding-left: 1.5rem; }
    a { color: #00578a; }
    .verdict { border: 1px solid var(--line); border-left: 8px solid #6b7280; border-radius: 4px;
      padding: .9rem 1.2rem; background: #f7f8fa; }
    .verdict p { margin: 0; }
    .verdict .label { font-weight: 700; font-size: 1.12rem; margin-bottom: .2rem; }
    .verdict.good { border-left-color: #00795a; background: #eef7f4; }
    .verdict.caution { border-left: 8px dashed #b87900; background: #fdf6e7; }
    .verdict.stop { border-left: 8px double #b34700; background: #fdf0ea; outline: 1px solid #b34700; }
    .table { overflow-x: auto; background:
      linear-gradient(to right, var(--paper), var(--paper)) left / 1.2rem 100% no-repeat local,
      linear-gradient(to left, var(--paper), var(--paper)) right / 1.2rem 100% no-repeat local,
      linear-gradient(to right, #b9bfca, transparent) left / .6rem 100% no-repeat scroll,
      linear-gradient(to left, #b9bfca, transparent) right / .6rem 100% no-repeat scroll; }
    table { border-collapse: collapse; width: 100%; font-size: .92rem;
      border-bottom: 1.5px solid var(--ink); }
    caption { text-align: left; font-weight: 600; padding: .2rem 0 .5rem; }
    th, td { padding: .35rem .7rem; text-align: left; vertical-align: top; }
    th { vertical-align: bottom; border-top: 1.5px solid var(--ink);
      border-bottom: 1px solid var(--ink); line-height: 1.3; }
    th span { font-weight: 400; color: var(--soft); white-space: nowrap; }
    tbody tr + tr td { border-top: 1px solid var(--line); }
    .numbers { text-align: right; font-variant-numeric: tabular-nums; }
    td.numbers, td.date { white-space: nowrap; }
    .wide { font-size: .84rem; }
    .wide th, .wide td { padding: .3rem .4rem; }
    nav li { break-inside: avoid; }
    td small { color: var(--soft); font-size: .84em; white-space: normal; }
    svg { display: block; max-width: 100%; height: auto; }
    figcaption, .notes { color: var(--soft); font-size: .88rem; line-height: 1.45; }
    figcaption { margin-top: .4rem; }
    .notes { margin: .5rem 0 1.1rem; }
    dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .25rem 1.2rem;
      font-size: .92rem; }
    dt { font-weight: 600; }
    dd { margin: 0; overflow-wrap: anywhere; }
    pre { background: #f7f8fa; border: 1px solid var(--line); border-radius: 4px; padding: .9rem 1.1rem;
      font: .86rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
      white-space: pre-wrap; overflow-wrap: anywhere; }
    footer { color: var(--soft); font-size: .84rem; padding-top: 0; }
    footer p { margin: 0 0 .3rem; }
    @media (max-width: 900px) { main, footer { padding-left: 1.6rem; padding-right: 1.6rem; } }
    @media (max-width: 640px) { main, footer { padding: 1.2rem; } nav ol { columns: 1; }
      dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
    @page { size: A4; margin: 18mm 16mm; }
    @media print {
      body { background: none; font-size: 10.5pt; }
      main, footer { max-width: none; padding: 0; }
      main { min-height: 0; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      h2, h3, caption { break-after: avoid; }
      figure, .verdict, tr, dt, dd { break-inside: avoid; }
      p, li { orphans: 3; widows: 3; }
      thead { display: table-header-group; }
      .table { overflow: visible; background: none; }
      td.numbers:not(.date) { white-space: normal; }
      table { font-size: 9pt; }
      pre { white-space: pre-wrap; }
      a { color: inherit; text-decoration: none; }
    }
    """
}
