/// Why the second calculation has no result.
public struct CheckFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong with the request, without its values.
  public let reason: String

  init(_ reason: String) { self.reason = reason }

  /// `The second calculation stops at ...`.
  public var description: String { "The second calculation stops at \(reason)." }
}
