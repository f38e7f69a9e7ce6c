import ModelLanguage
import Quantities
import RunRecords

/// Models as pages: the catalogue, one model, the language.
public enum ModelPage {
  /// The catalogue.
  public static func list(_ models: [Model]) -> Page {
    Page(
      title: "Models",
      sections: [
        Page.Section(
          "Catalogue",
          Shown.table(
            "Shipped models. Use one by its name with --model, or write your own file.",
            [
              Table.Column("Name"), Table.Column("States"), Table.Column("Estimated", .numbers),
              Table.Column("Unverified", .numbers), Table.Column("Observes"), Table.Column("When"),
            ],
            models.map { model in
              [
                model.name, model.states.map(\.name).joined(separator: ", "),
                "\(model.parameters.filter { !$0.isFixed }.count)",
                "\(UnverifiedNote.names(model).count)",
                model.observables.map(\.name).joined(separator: ", "),
                model.when.joined(separator: " "),
              ]
            }))
      ])
  }

  /// One model: when to use it, equations, states, parameters, observables, sources, text.
  ///
  /// `equations` are those of `ModelEquations`; `figures` stand after the advice on its use.
  public static func show(
    _ model: Model, equations: [String], figures: [Figure] = []
  ) -> Page {
    var use: [Page.Block] = []
    if !model.when.isEmpty { use.append(.bullets(model.when)) }
    if let sentence = UnverifiedNote.sentence(model) {
      use.append(.verdict(Page.Verdict(.caution, label: "Unverified", text: sentence)))
    }
    use += figures.map { .figure($0) }
    return Page(
      title: "Model \(model.name)", subtitle: model.title,
      sections: [
        Page.Section("When to use it", use),
        Page.Section("Equations", [.calculation(equations.joined(separator: "\n"))]),
        Page.Section("States and observables", states(model) + observables(model)),
        Page.Section("Parameters", parameters(model)),
        Page.Section("Sources", [.bullets(model.sources)]),
        Page.Section("Text", [.calculation(model.text)]),
      ])
  }

  private static func states(_ model: Model) -> [Page.Block] {
    Shown.table(
      "States.",
      [
        Table.Column("State"), Table.Column("Meaning"), Table.Column("Unit"), Table.Column("Kind"),
      ], model.states.map { [$0.name, $0.text, $0.unit.symbol, $0.kind.rawValue] })
  }

  private static func observables(_ model: Model) -> [Page.Block] {
    Shown.table(
      "Observables: what a measurement sees.",
      [
        Table.Column("Observable"), Table.Column("Meaning"), Table.Column("Unit"),
        Table.Column("Noise"),
      ],
      model.observables.map {
        [
          $0.name, MeasuredQuantity.named($0.name)?.meaning ?? "-", $0.unit.symbol,
          noise($0.family),
        ]
      })
  }

  private static func noise(_ family: NoiseFamily) -> String {
    switch family {
    case .lognormal: "normal on ln scale"
    case .normal: "normal"
    case .studentTLog(let df): "Student t on ln scale, \(NumberText.significant(df)) df"
    case .studentT(let df): "Student t, \(NumberText.significant(df)) df"
    case .logitNormal: "normal on logit scale"
    case .poisson: "Poisson, of raw counts"
    case .negativeBinomial: "negative binomial, of raw counts"
    case .betaBinomial(let counted?):
      "beta-binomial, \(NumberText.significant(counted)) cells looked at"
    case .betaBinomial(nil): "beta-binomial, of raw counts"
    }
  }

  private static func parameters(_ model: Model) -> [Page.Block] {
    Shown.table(
      "Parameters.",
      [
        Table.Column("Name"), Table.Column("Meaning"), Table.Column("Unit"),
        Table.Column("Value", .numbers), Table.Column("Bounds", .numbers),
        Table.Column("Prior"), Table.Column("Source"),
      ],
      model.parameters.map { p in
        [
          p.name, p.text, p.unit.symbol, Shown.number(p.unit.fromBase(p.value)),
          p.isFixed
            ? "fixed"
            : "\(Shown.number(p.unit.fromBase(p.bounds.lowerBound))) - "
              + "\(Shown.number(p.unit.fromBase(p.bounds.upperBound)))",
          prior(p), p.isUnverified ? "unverified" : "-",
        ]
      },
      footnotes: [
        "Unverified: the source of the value, its bounds or its prior was not read, or is "
          + "engineering judgement."
      ])
  }

  private static func prior(_ p: ModelParameter) -> String {
    switch p.prior {
    case nil: return p.isFixed ? "-" : "none, scale \(p.scale.rawValue)"
    case .normal(let center, let sd)?:
      let word = p.scale == .linear ? "sd" : p.scale == .log ? "sd ln" : "sd logit"
      let shown = p.scale == .linear ? p.unit.fromBase(sd) : sd
      return "\(Shown.number(p.unit.fromBase(center))), \(word) \(Shown.number(shown, 2))"
    case .platform?: return "the platform's capacity"
    case .seed(let quantity, let sd)?:
      return "seed's \(quantity), sd ln \(Shown.number(sd, 2))"
    }
  }

  /// The language, from the tables that the parser uses.
  public static func language() -> Page {
    func section(_ title: String, _ entries: [Vocabulary.Entry]) -> Page.Section {
      Page.Section(
        title,
        Shown.table(
          title + ".", [Table.Column("Form"), Table.Column("Meaning")],
          entries.map { [$0.form, $0.meaning] }))
    }
    return Page(
      title: "The model language",
      sections: Vocabulary.sections.map { section($0.title, $0.entries) } + [
        Page.Section(
          "Units",
          Shown.table(
            "Units; joined with *, / and a space, with a leading number as scale: 1e6 cells/mL.",
            [Table.Column("Unit"), Table.Column("Meaning"), Table.Column("Dimension")],
            UnitTable.entries.map { [$0.symbol, $0.meaning, $0.dimension.words] }))
      ])
  }

  /// The language as a record.
  public static func languageRecord() -> JSONValue {
    func list(_ entries: [Vocabulary.Entry]) -> JSONValue {
      .array(
        entries.map {
          .object([
            "word": .string($0.word), "form": .string($0.form), "meaning": .string($0.meaning),
          ])
        })
    }
    var record: [String: JSONValue] = [
      "units": .array(UnitTable.entries.map { .string($0.symbol) })
    ]
    for (title, entries) in Vocabulary.sections {
      record[title.lowercased().split(separator: " ").joined(separator: "_")] = list(entries)
    }
    return .object(record)
  }

  /// Models as records.
  public static func record(_ models: [Model]) -> JSONValue {
    .array(
      models.map { model in
        .object([
          "name": .string(model.name), "title": .string(model.title),
          "states": .array(model.states.map { .string($0.name) }),
          "observables": .array(model.observables.map { .string($0.name) }),
          "when": .array(model.when.map { .string($0) }),
          "sources": .array(model.sources.map { .string($0) }),
          "unverified": .array(UnverifiedNote.names(model).map { .string($0) }),
          "parameters": .array(
            model.parameters.map { p in
              .object([
                "name": .string(p.name), "unit": .string(p.unit.symbol),
                "value": Record.number(p.unit.fromBase(p.value)), "fixed": .bool(p.isFixed),
                "unverified": .bool(p.isUnverified),
              ])
            }),
        ])
      })
  }
}
