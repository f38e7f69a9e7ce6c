import Quantities

/// Gathers what is found in one file, so that a user sees all of it at once.
struct FindingList {
  /// At most this many errors of one file are kept; more would not be read.
  static let limit = 50

  let file: String
  private(set) var errors: [Finding] = []
  private(set) var remarks: [Finding] = []
  private var hasMore = false

  init(file: String) { self.file = file }

  var hasErrors: Bool { !errors.isEmpty }

  mutating func error(_ code: String, at place: Place, _ cause: String, remedy: String) {
    guard errors.count < Self.limit else {
      hasMore = true
      return
    }
    errors.append(Finding(.error, code, at: place, cause, remedy: remedy))
  }

  mutating func warning(_ code: String, at place: Place, _ cause: String, remedy: String) {
    remarks.append(Finding(.warning, code, at: place, cause, remedy: remedy))
  }

  mutating func note(_ code: String, at place: Place, _ cause: String, remedy: String) {
    remarks.append(Finding(.note, code, at: place, cause, remedy: remedy))
  }

  mutating func add(remarks more: [Finding]) { remarks += more }

  /// The errors in the order of their places; the last one says when there are more.
  var sortedErrors: [Finding] {
    var sorted = errors.sorted { ($0.place, $0.code) < ($1.place, $1.code) }
    if hasMore {
      sorted.append(
        Finding(
          .error, "E_MORE", at: Place(file: file),
          "more than \(Self.limit) errors; the rest is not shown.",
          remedy: "Mend the errors above and read the file again."))
    }
    return sorted
  }

  /// Throws the errors, if there are any.
  func refuseOnError() throws(InputRefused) {
    if hasErrors { throw InputRefused(sortedErrors) }
  }
}
