import ArgumentParser
import Dosing
import Quantities
import RunFiles

/// Finds the product of a dose; one file is read and not all of them.
enum ProductChoice {
  /// The product of an id or of a file, as an option names it: an unknown one is wrong usage.
  static func option(_ name: String, _ data: DataFolder) throws -> Product {
    do {
      return try named(name, data)
    } catch {
      guard let unknown = error.findings.first, unknown.code == "E_PRODUCT_UNKNOWN" else {
        throw error
      }
      let ids = try ProductRegistry.load(directory: data.path + "/products").map(\.id)
      let alike = ids.filter { $0.hasPrefix(name + "-") }
      throw ValidationError(
        (alike.isEmpty
          ? unknown.cause
          : "There is no product '\(name)'; there are \(NumberText.list(alike)), one for each label.")
          + " \(unknown.remedy)")
    }
  }

  /// The product of an id or of a file.
  static func named(_ name: String, _ data: DataFolder) throws(InputRefused) -> Product {
    try ProductRegistry.product(name, directory: data.path + "/products")
  }

  /// The file that a product was read from; nil when it has another name.
  static func path(of name: String, _ data: DataFolder) -> String? {
    if name.hasSuffix(".yaml") { return name }
    let path = "\(data.path)/products/\(name).yaml"
    return (try? SourceBytes.read(path)) == nil ? nil : path
  }
}
