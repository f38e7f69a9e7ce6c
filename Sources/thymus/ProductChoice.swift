import ArgumentParser
import Dosing
import Quantities
import RunFiles

/// Finds the product of a dose. A shipped file is named after its product, so that one is read and
/// not all of them.
enum ProductChoice {
  /// The shipped product of an id.
  static func named(_ id: String, _ data: DataFolder) throws -> Product {
    if let path = path(of: id, data) {
      let product = try file(path)
      if product.id == id { return product }
    }
    let products = try ProductRegistry.load(directory: data.path + "/products")
    if let match = products.first(where: { $0.id == id }) { return match }
    throw ValidationError(
      "There is no product '\(id)'." + Suggestion.phrase(for: id, among: products.map(\.id))
        + " Known: \(products.map(\.id).joined(separator: ", ")).")
  }

  /// The file of a shipped product; nil when there is none of that name.
  static func path(of id: String, _ data: DataFolder) -> String? {
    guard id.utf8.allSatisfy({ $0 != UInt8(ascii: "/") && $0 != 0 }) else { return nil }
    let path = "\(data.path)/products/\(id).yaml"
    return (try? SourceBytes.read(path)) == nil ? nil : path
  }

  /// A product file, of the site or shipped.
  static func file(_ path: String) throws(InputRefused) -> Product {
    let bytes = try SourceBytes.read(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InputRefused([
        Finding(
          .error, "E_PRODUCT_FILE", at: Place(file: path), "The file is not UTF-8 text.",
          remedy: "Save it in a text editor as plain text with the encoding UTF-8.")
      ])
    }
    return try ProductFile.read(text, file: path)
  }
}
