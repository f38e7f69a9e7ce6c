import Quantities

/// When and how fast a product is given; nil means that no source was read for it.
public struct ProductTiming: Hashable, Sendable {
  /// A limit after thawing.
  public struct AfterThaw: Hashable, Sendable {
    /// Longest time.
    public let most: TimeSpan
    /// From which moment to which, in words.
    public let from: String

    /// A limit from its parts.
    public init(most: TimeSpan, from: String) {
      self.most = most
      self.from = from
    }
  }

  /// The moment from which days after lymphodepletion are counted.
  public enum DepletionMark: String, Sendable, CaseIterable {
    /// Its last day.
    case completion
    /// Its first day.
    case start
  }

  /// The days on which a product is infused after lymphodepletion.
  public struct AfterDepletion: Hashable, Sendable {
    /// First to last day.
    public let days: ClosedRange<Int>
    /// Counted from here.
    public let from: DepletionMark

    /// A window from its parts.
    public init(_ days: ClosedRange<Int>, from: DepletionMark) {
      self.days = days
      self.from = from
    }
  }

  /// Time limit after thawing.
  public var afterThaw: AfterThaw?
  /// Longest time from the sample whose results are used to the infusion.
  public var afterSample: TimeSpan?
  /// Rate of infusion, mL/min.
  public var rate: ClosedRange<Rational>?
  /// In which order containers or components are given, in words.
  public var order: String?
  /// Days after lymphodepletion.
  public var afterDepletion: AfterDepletion?
  /// Reasons to delay, and what a delay entails, in words.
  public var delay: [String] = []

  /// Nothing known.
  public init() {}
}
