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
                product.dose.map { $0.bands.map(\.description).joined(separator: "; ") }
                  ?? "refused: " + (product.missing ?? "the dose was not read"),
              ]
            }))
      ], footer: LimitsOfUse.lines)
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
          "bands": .array((product.dose?.bands ?? []).map { .string($0.description) }),
          "refused": .bool(product.dose == nil),
          "sources": .array(product.sources.map { .string($0.description) }),
        ])
      })
  }
}
