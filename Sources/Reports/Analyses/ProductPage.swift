import Dosing
import Quantities
import RunFiles

/// The dosing rules as pages.
public enum ProductPage {
  /// Every product with its rule and whether it can be used.
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
              Table.Column("Label"), Table.Column("Rule"),
            ],
            products.map { product in
              [
                product.id, "\(product.name) (\(product.inn))", product.jurisdiction,
                product.labelVersion ?? "-", rule(product),
              ]
            }))
      ], footer: LimitsOfUse.lines)
  }

  /// One line for each product, then what looks like a slip, then where a rule allows no dose, then
  /// the count.
  public static func check(
    _ products: [Product], notes: [ProductNote] = [], of place: String
  ) -> String {
    let rows = products.map { product in
      [product.id, product.jurisdiction, word(product.standing), rule(product)]
    }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count) + "  "
      }.joined() + row[3]
    }
    lines.append("")
    lines += notes.map(\.description)
    for product in products {
      for empty in product.dose?.emptyWeights() ?? [] {
        lines.append("note: \(product.id): \(empty)")
      }
    }
    let words = products.map { word($0.standing) }
    let counts = ["usable", "partly", "unverified", "refused"].compactMap { wanted in
      let count = words.count { $0 == wanted }
      return count == 0 ? nil : "\(count) \(wanted)"
    }
    lines.append(
      "\(place): \(NumberText.counted(products.count, "product")) "
        + (products.count == 1 ? "is" : "are") + " sound"
        + (notes.isEmpty ? "" : ", look at \(NumberText.counted(notes.count, "note"))")
        + ": \(NumberText.list(counts)).")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func word(_ standing: Product.Standing) -> String {
    switch standing {
    case .usable: "usable"
    case .usableExcept: "partly"
    case .refused: "refused"
    case .unverified: "unverified"
    }
  }

  /// The rule in words, and what of it is refused.
  static func rule(_ product: Product) -> String {
    let words = product.dose?.words.joined(separator: "; ") ?? ""
    switch product.standing {
    case .usable: return words
    case .usableExcept: return words
    case .refused(let missing): return "missing: \(missing)"
    case .unverified(let field): return "\(field) is unverified: \(words)"
    }
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
          "kind": product.dose.map { .string($0.kind.rawValue) } ?? .null,
          "rule": .array((product.dose?.words ?? []).map { .string($0) }),
          "origin": .string(product.origin.description),
          "standing": .string(product.standing.description),
          "refused": .bool(product.dose == nil),
          "sources": .array(product.sources.map { .string($0.description) }),
        ])
      })
  }
}
