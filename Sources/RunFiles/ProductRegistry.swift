import Dosing
import Quantities

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The dosing rules of a folder of product files.
public enum ProductRegistry {
  /// Reads every `*.yaml` of a folder, sorted by product id; other files are left alone.
  ///
  /// Throws `InputRefused` with the findings of all files, also when an id occurs twice or the
  /// folder has no product file. Nothing is returned while one file has an error.
  public static func load(directory: String) throws(InputRefused) -> [Product] {
    try checked(directory: directory).map(\.product)
  }

  /// A product that was read, and what looks like a slip in its file.
  public typealias Checked = (product: Product, notes: [ProductNote])

  private static func checked(directory: String) throws(InputRefused) -> [Checked] {
    var findings: [Finding] = []
    var seen: [String: Place] = [:]
    var products: [Checked] = []
    for name in try names(in: directory) {
      let file = directory + "/" + name
      do {
        let located = try ProductFile.locate(text(of: file), file: file)
        let (product, place) = (located.product, located.id)
        if let first = seen[product.id] {
          findings.append(
            Finding(
              .error, "E_PRODUCT_DUPLICATE", at: place,
              "The product '\(product.id)' is also in \(first).",
              remedy: "Give each rule its own id; keep one file for one label version."))
        }
        seen[product.id] = place
        products.append((product, located.notes))
      } catch {
        findings += error.findings
      }
    }
    if !findings.isEmpty { throw InputRefused(findings.sorted { $0.place < $1.place }) }
    return products.sorted { $0.product.id < $1.product.id }
  }

  /// Reads one product file, or every product file of a folder as `load(directory:)` does, and says
  /// what looks like a slip in each.
  public static func checked(fileOrFolder path: String) throws(InputRefused) -> [Checked] {
    if InputFile.kind(of: path) == .directory { return try checked(directory: path) }
    let located = try ProductFile.locate(text(of: path), file: path)
    return [(located.product, located.notes)]
  }

  /// One product: by its id, from a file of that name in a folder, or by the path of a file, which
  /// ends in `.yaml`.
  ///
  /// Only that file is read. Throws `InputRefused` with its findings, or with `E_PRODUCT_UNKNOWN`
  /// and the nearest id of the folder.
  public static func product(
    _ name: String, directory: String
  ) throws(InputRefused) -> Product {
    if name.hasSuffix(".yaml") { return try ProductFile.read(text(of: name), file: name) }
    let file = directory + "/" + name + ".yaml"
    if !name.contains("/"), InputFile.kind(of: file) == .file {
      let product = try ProductFile.read(text(of: file), file: file)
      if product.id == name { return product }
    }
    let products = try load(directory: directory)
    if let product = products.first(where: { $0.id == name }) { return product }
    let ids = products.map(\.id)
    throw InputRefused([
      Finding(
        .error, "E_PRODUCT_UNKNOWN", at: Place(file: directory),
        "There is no product '\(Shown.text(name))'." + Suggestion.phrase(for: name, among: ids),
        remedy: "'thymus products' lists all; a file of your own is named with its '.yaml'.")
    ])
  }

  private static func names(in directory: String) throws(InputRefused) -> [String] {
    let found = try? FileManager.default.contentsOfDirectory(atPath: directory)
    let names = (found ?? []).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.sorted()
    if names.isEmpty {
      throw InputRefused([
        Finding(
          .error, "E_PRODUCT_FOLDER", at: Place(file: directory),
          found == nil ? "The folder cannot be read." : "The folder has no product file (*.yaml).",
          remedy: "Name the folder that holds the product files.")
      ])
    }
    return names
  }

  private static func text(of path: String) throws(InputRefused) -> String {
    try TextFile.read(path, begin: "Begin with the example of data/products/README.md.").text
  }
}
