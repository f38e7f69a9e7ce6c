/// Sizes in pixels that the parts of a drawing share.
enum Layout {
  static let title = 15.0
  static let text = 12.0
  static let small = 11.0
  /// Heights of a line of the title, of small text, of a lane of marks and of a legend row.
  static let titleLine = 19.0
  static let line = 14.0
  static let lane = 14.0
  static let row = 19.0
  static let edge = 8.0
  static let referenceWidth = 130.0
  /// The fill of shaded stretches.
  static let shade = "#EDEDF2"
  static let fonts =
    "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','DejaVu Sans',Arial,sans-serif"
}
