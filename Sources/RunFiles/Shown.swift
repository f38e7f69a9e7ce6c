/// Text from a file, made fit for a message.
enum Shown {
  /// At most 60 characters on one line; control and invisible characters become `?`.
  static func text(_ raw: some StringProtocol) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in raw.unicodeScalars.prefix(60) {
      shown.append(isInvisible(scalar) ? "?" : scalar)
    }
    return String(shown) + (raw.unicodeScalars.count > 60 ? "..." : "")
  }

  /// True for control, format, separator and unassigned characters other than the plain space.
  static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == " " { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate,
      .privateUse, .unassigned:
      return true
    default: return false
    }
  }
}
