import Dosing
import Quantities

/// The dosing rules as a page.
public enum ProductPage {
  /// Every product with its rule and its source.
  public static func list(_ products: [Product]) -> Page {
    Page(
      title: "Products",
      sections: [
        Page.Section(
          "Dosing rules",
          Shown.table(
            "One rule for each product, indication and jurisdiction; nothing is inherited.",
            [
              Table.Column("Id"), Table.Column("Product"), Table.Column("Where"),
              Table.Column("Label"), Table.Column("Counted"), Table.Column("Rule"),
            ],
            products.map { product in
              [
                product.id, "\(product.name) (\(product.inn))", product.jurisdiction,
                product.labelVersion ?? "-", product.counted.description,
                product.dose.map { $0.bands.map(rule).joined(separator: "; ") }
                  ?? "refused: " + (product.missing ?? "the dose was not read"),
              ]
            }))
      ], footer: LimitsOfUse.lines)
  }

  /// `up to and including 50 kg: 200,000 cells/kg to 5,000,000 cells/kg`.
  private static func rule(_ band: WeightBand) -> String {
    var parts: [String] = []
    switch (band.minimum, band.maximum) {
    case (let low?, let high?): parts.append("\(low.description) to \(high.description)")
    case (let low?, nil): parts.append("at least \(low.description)")
    case (nil, let high?): parts.append("at most \(high.description)")
    case (nil, nil): break
    }
    if let target = band.target { parts.append("target \(target.description)") }
    if let cap = band.cap { parts.append("never above \(cap.description)") }
    return "\(band.description): \(parts.joined(separator: ", "))"
  }

  /// Products as records.
  public static func record(_ products: [Product]) -> JSONValue {
    .array(
      products.map { product in
        .object([
          "id": .string(product.id), "name": .string(product.name),
          "jurisdiction": .string(product.jurisdiction),
          "label_version": product.labelVersion.map { .string($0) } ?? .null,
          "counted": .string(product.counted.description),
          "bands": .array((product.dose?.bands ?? []).map { .string(rule($0)) }),
          "refused": .bool(product.dose == nil),
          "sources": .array(product.sources.map { .string($0.description) }),
        ])
      })
  }
}
