import Dosing
import Quantities

extension ProductPage {
  /// One product whole, in words, with where each part was read.
  public static func sheet(_ product: Product) -> Page {
    Page(
      title: "\(product.name), \(product.jurisdiction)", subtitle: product.id,
      sections: [
        identity(product), dose(product), supply(product), release(product), record(of: product),
      ],
      footer: LimitsOfUse.lines)
  }

  private static func identity(_ product: Product) -> Page.Section {
    var lines = [Page.Definition("name", product.name)]
    func add(_ term: String, _ text: String?) {
      if let text { lines.append(Page.Definition(term, text)) }
    }
    add("also", product.aliases.isEmpty ? nil : product.aliases.joined(separator: ", "))
    add("substance", product.inn)
    add("indication", product.indication)
    add("ages", product.ages?.description)
    add("selected by", product.selector)
    add("where", product.jurisdiction)
    add("label", product.labelVersion ?? "version not known")
    add("status", product.status.rawValue)
    add("cells of", product.cellSource.map { $0 == .donor ? "a donor" : "the patient" })
    add("state", product.standing.description)
    return Page.Section("What it is", [.definitions(lines)])
  }

  private static func dose(_ product: Product) -> Page.Section {
    guard let rule = product.dose else {
      let text = "Every request is refused. Missing: \(product.missing ?? "the dose")."
      return Page.Section(
        "Dose", [.verdict(Page.Verdict(.stop, label: "No dose", text: text))])
    }
    var lines = [
      Page.Definition("kind", rule.kind.rawValue),
      Page.Definition("rule of", product.origin.description),
      Page.Definition("counted", "\(product.counted); in the source: \(product.wording)"),
      Page.Definition(
        "weighed",
        product.weightReference.description
          + (product.weightWording.map { ": \($0)" } ?? "")
          + (product.weightWithin.map { ", within \(NumberText.counted($0, "day"))" } ?? "")),
    ]
    if let sample = product.countedFrom {
      lines.append(Page.Definition("counted from", "the sample: \(sample.rawValue)"))
    }
    if let words = product.verbatim { lines.append(Page.Definition("as printed", words)) }
    if let words = product.asRead { lines.append(Page.Definition("as read", words)) }
    let empty = rule.emptyWeights().map(\.description)
    return Page.Section(
      "Dose", [.bullets(rule.words), .definitions(lines)] + (empty.isEmpty ? [] : [.notes(empty)]))
  }

  private static func supply(_ product: Product) -> Page.Section {
    let (supply, timing) = (product.presentation, product.timing)
    var lines: [Page.Definition] = []
    func add(_ term: String, _ text: String?) {
      if let text { lines.append(Page.Definition(term, text)) }
    }
    add("form", supply.form?.rawValue)
    add("container", supply.container)
    add(
      "fill volumes",
      supply.sizes.isEmpty ? nil : supply.sizes.map { span($0) + " mL" }.joined(separator: "; "))
    add("fewest", supply.fewest.map { NumberText.counted($0, "container") })
    add("most", supply.most.map { NumberText.counted($0, "container") })
    add("DMSO", supply.dmso?.description)
    add("density", supply.density.map { "\(span($0.range)) cells/mL of \($0.cells)" })
    for container in supply.containers {
      let parts = [
        container.cells?.description, container.volume.map { span($0) + " mL" },
        container.whollyInfused.map { $0 ? "wholly infused" : "NOT wholly infused" },
      ]
      add(container.name, parts.compactMap(\.self).joined(separator: ", "))
    }
    add("after thawing", timing.afterThaw.map { "at most \($0.most), from \($0.from)" })
    add("after the sample", timing.afterSample.map { "infused within \($0)" })
    add("rate", timing.rate.map { span($0) + " mL/min" })
    add("order", timing.order)
    add(
      "lymphodepletion",
      timing.afterDepletion.map {
        let days = $0.days
        return "infused \(days.count == 1 ? "" : "\(days.lowerBound) to ")\(days.upperBound) days "
          + "after its \($0.from.rawValue)"
      })
    for reason in timing.delay { add("delay", reason) }
    return Page.Section(
      "Supply and timing",
      lines.isEmpty ? [.paragraph("Nothing was read.")] : [.definitions(lines)])
  }

  private static func span(_ range: ClosedRange<Rational>) -> String {
    let low = ExactText.decimal(range.lowerBound)
    return range.lowerBound == range.upperBound
      ? low : "\(low) to \(ExactText.decimal(range.upperBound))"
  }

  private static func release(_ product: Product) -> Page.Section {
    let rows = ReleaseLimit.Quantity.allCases.map { quantity in
      product.limit(quantity).map {
        [quantity.words, $0.description, $0.state.rawValue, $0.source]
      } ?? [quantity.words, "not set", "-", "-"]
    }
    var blocks = Shown.table(
      "Limits of release. Not set: no source was read that sets one.",
      [
        Table.Column("Result"), Table.Column("Limit"), Table.Column("State"),
        Table.Column("Source"),
      ], rows)
    var lines: [Page.Definition] = []
    if let words = product.outOfSpecification {
      lines.append(Page.Definition("out of specification", words))
    }
    if let retention = product.retention {
      lines.append(Page.Definition("keep records", retention.description))
    }
    if !lines.isEmpty { blocks.append(.definitions(lines)) }
    return Page.Section("Release and records", blocks)
  }

  private static func record(of product: Product) -> Page.Section {
    var blocks: [Page.Block] = [
      .bullets(
        product.sources.map { source in
          source.description
            + (source.fields.isEmpty ? "" : " (for \(NumberText.list(source.fields)))")
        }),
      .definitions(product.facts.map { Page.Definition($0.field, $0.state.rawValue) }),
    ]
    if !product.notes.isEmpty { blocks.append(.notes(product.notes)) }
    return Page.Section("Where it was read", blocks)
  }
}
