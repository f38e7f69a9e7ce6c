import Quantities

/// What a file is that was given in the place of another one: told in one line, and not as a list of
/// keys that it has not.
enum FileKind: String {
  case product = "a product file"
  case request = "a dose request"
  case patients = "a table of patients"

  /// A refusal that says what the file is, where it is plainly of another kind; nil otherwise.
  static func other(than wanted: FileKind, _ text: String, file: String) -> InputRefused? {
    guard let found = kind(of: text), found != wanted.rawValue else { return nil }
    return InputRefused([
      Finding(
        .error, "E_FILE_KIND", at: Place(file: file, line: 1),
        "This is \(found), and no \(wanted.rawValue.dropFirst(2)).", remedy: wanted.remedy)
    ])
  }

  private var remedy: String {
    switch self {
    case .product: "Name the product file; it begins with 'id:' and 'name:'."
    case .request:
      "Name the request file: 'thymus dose template PRODUCT' writes one. A table of patients goes to "
        + "'thymus dose batch'."
    case .patients: "Name the CSV file with one row a patient."
    }
  }

  /// What the text is by its start, its `schema`, or the keys at the start of its lines.
  private static func kind(of text: String) -> String? {
    for (start, words) in [
      ("<!DOCTYPE", "an HTML page"), ("<html", "an HTML page"), ("{\\rtf", "a rich text document"),
    ] where text.hasPrefix(start) {
      return words
    }
    if text.hasPrefix("{"), text.contains("\"schema\"") { return "a result in JSON" }
    var keys: Set<Substring> = []
    var isFirst = true
    for line in text.split(whereSeparator: \.isNewline).prefix(400) {
      if line.hasPrefix("#") { continue }
      if isFirst, !line.contains(": "), !line.hasSuffix(":"),
        line.split(separator: ",", omittingEmptySubsequences: false).count > 2
      {
        return patients.rawValue
      }
      isFirst = false
      guard let first = line.first, first.isLetter, let colon = line.firstIndex(of: ":") else {
        continue
      }
      let key = line[..<colon]
      if key == "schema" {
        let name = line[line.index(after: colon)...].trimmingSpaces()
        return name.hasPrefix("thymus.dose-request/")
          ? request.rawValue : name.hasPrefix("thymus.") ? "a file of the form \(name)" : nil
      }
      keys.insert(key)
    }
    if keys.isSuperset(of: ["id", "inn", "jurisdiction"]) { return product.rawValue }
    return nil
  }
}
