/// Where on the way from culture to patient a sample was taken.
public enum SamplePoint: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// While the culture ran (IPC).
  case inProcess = "in-process"
  /// At harvest.
  case harvest
  /// After formulation, before filling or freezing.
  case finalFormulation = "final formulation"
  /// After thawing an aliquot of the final formulation (a sentinel vial).
  case postThaw = "post-thaw"

  /// The words.
  public var description: String { rawValue }
}
