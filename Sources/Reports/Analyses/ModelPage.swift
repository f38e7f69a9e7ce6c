import ModelLanguage
import Quantities

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
              Table.Column("Observes"), Table.Column("When"),
            ],
            models.map { model in
              [
                model.name, model.states.map(\.name).joined(separator: ", "),
                "\(model.parameters.filter { !$0.isFixed }.count)",
                model.observables.map(\.name).joined(separator: ", "),
                model.when.joined(separator: " "),
              ]
            }))
      ])
  }

  /// One model.
  public static func show(_ model: Model) -> Page {
    var blocks: [Page.Block] = [.paragraph(model.title)]
    blocks += model.when.map { .paragraph($0) }
    blocks.append(.calculation(model.text))
    blocks += Shown.table(
      "Parameters.",
      [
        Table.Column("Name"), Table.Column("Meaning"), Table.Column("Unit"),
        Table.Column("Value", .numbers), Table.Column("Bounds", .numbers), Table.Column("Scale"),
        Table.Column("Source"),
      ],
      model.parameters.map { p in
        [
          p.name, p.text, p.unit.symbol, Shown.number(p.unit.fromBase(p.value)),
          p.isFixed
            ? "fixed"
            : "\(Shown.number(p.unit.fromBase(p.bounds.lowerBound))) - "
              + "\(Shown.number(p.unit.fromBase(p.bounds.upperBound)))",
          p.isFixed ? "-" : p.scale.rawValue, p.isUnverified ? "unverified" : "-",
        ]
      })
    blocks.append(.notes(model.sources.map { "Source: \($0)" }))
    return Page(title: "Model \(model.name)", sections: [Page.Section("Text", blocks)])
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
      sections: [
        section("Statements", Vocabulary.statements), section("Priors", Vocabulary.priors),
        section("Functions", Vocabulary.functions),
        section("Given by the engine", Vocabulary.builtins),
        section("Noise", Vocabulary.families),
        Page.Section(
          "Units",
          Shown.table(
            "Units; joined with *, / and a space, with a leading number as scale: 1e6 cells/mL.",
            [Table.Column("Unit"), Table.Column("Meaning"), Table.Column("Dimension")],
            UnitTable.entries.map { [$0.symbol, $0.meaning, $0.dimension.words] })),
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
    return .object([
      "statements": list(Vocabulary.statements), "priors": list(Vocabulary.priors),
      "functions": list(Vocabulary.functions), "builtins": list(Vocabulary.builtins),
      "families": list(Vocabulary.families),
      "units": .array(UnitTable.entries.map { .string($0.symbol) }),
    ])
  }

  /// Models as records.
  public static func record(_ models: [Model]) -> JSONValue {
    .array(
      models.map { model in
        .object([
          "name": .string(model.name), "title": .string(model.title),
          "states": .array(model.states.map { .string($0.name) }),
          "observables": .array(model.observables.map { .string($0.name) }),
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
