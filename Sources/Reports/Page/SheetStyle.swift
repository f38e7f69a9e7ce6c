extension Stylesheet {
  /// The style of a look.
  static func of(_ look: Page.Look) -> String {
    switch look {
    case .report: text
    case .sheet: sheet
    case .denseSheet: sheet + dense
    }
  }

  /// What a form with more parts saves: a tenth of the type and of the room to sign.
  private static let dense = """

    @media print {
      html, body { font-size: 6.7pt; line-height: 1.14; }
      .signatures td { height: 5.4mm; }
    }
    """

  /// The look of a form: what a report has, set close enough for one sheet of A4. Black on white,
  /// so that a photocopy says the same.
  static let sheet =
    text + """

      html { font-size: 11px; }
      body { font-size: 11px; line-height: 1.2; background: #e9ebee; }
      main, footer { max-width: 194mm; padding: 4mm 5mm; }
      main { min-height: 0; padding-bottom: 0; }
      main::after { content: ""; display: block; clear: both; }
      h1 { font-size: 1.45rem; margin: 0; }
      h2 { font-size: 1.05rem; margin: .35rem 0 .1rem; padding: 0;
        border-bottom: 1px solid var(--ink); }
      h3 { font-size: 1rem; margin: .4rem 0 .15rem; }
      p, ul, dl, pre, .table, .verdict { margin: 0 0 .2rem; }
      section { clear: both; }
      section.half { float: left; clear: none; width: 49%; }
      section.half + section.half { float: right; }
      section.half + section.half + section { clear: both; }
      .verdict { padding: .2rem .7rem; background: none; border: 2px solid var(--ink);
        border-left-width: 10px; border-radius: 0; }
      .verdict.stop { border: 4px double var(--ink); background: none; outline: none; }
      .verdict.caution { border: 3px dashed var(--ink); background: none; }
      .verdict.good { border-left-color: var(--ink); background: none; }
      .verdict .label { font-size: 1.3rem; margin: 0; }
      table { font-size: 1rem; border-bottom: 1px solid var(--ink); }
      caption, #section-1 h2 { display: none; }
      th, td { padding: .05rem .4rem; }
      th { border-top: 1px solid var(--ink); line-height: 1.15; }
      th span, td small, .notes, .subtitle, footer { color: var(--ink); }
      td small { font-size: .95em; }
      td.numbers { white-space: nowrap; }
      td, dd { overflow-wrap: anywhere; }
      td:first-child, td:nth-child(n + 4) { overflow-wrap: break-word; }
      ul { padding-left: 1rem; }
      .notes { margin: .15rem 0 .3rem; font-size: .95em; line-height: 1.22; }
      dl { font-size: 1rem; gap: 0 .7rem; grid-template-columns: max-content 1fr; }
      .signatures td { height: 6.2mm; border-bottom: 1px solid var(--ink); vertical-align: bottom; }
      .signatures td + td, .signatures th + th { border-left: 1px solid var(--line); }
      .signatures td:first-child { width: 24%; }
      footer { font-size: .92rem; padding-top: .1rem; }
      footer p { margin: 0; }
      @page { size: A4; margin: 7mm 9mm; }
      @media print {
        html, body { font-size: 7.3pt; background: none; }
        main, footer { max-width: none; padding: 0; }
        table { font-size: 1rem; }
        td.numbers { white-space: nowrap; }
      }
      """
}
