extension Process {
  /// Patients of one product, region and segment.
  public struct ArrivalStream: Sendable, Equatable {
    /// How patients come.
    public enum Pattern: Sendable, Equatable {
      /// Independent patients at a mean rate [1/day], >= 0.
      ///
      /// `monthly` multiplies the rate in January ... December (12 factors >= 0); empty for none.
      case poisson(perDay: Double, monthly: [Double] = [])
      /// Times between patients [days], the first one included.
      case renewal(Law)
      /// Known patients: days from the start, ascending, >= 0.
      case dated([Double])
    }

    /// Its name, unique among the streams; part of the key of its patients' random numbers.
    public var name: String
    /// Index of the route that its patients walk.
    public var route: Int
    /// How patients come.
    public var pattern: Pattern
    /// Index of the segment of its patients.
    public var segment: Int
    /// Clinical weight for queues in `QueueOrder.priority`; larger goes first.
    public var weight: Double
    /// Days from arrival to the due day of `QueueOrder.dueDate`, finite; 0 makes it first come.
    public var dueAfter: Double

    /// A stream from its parts.
    public init(
      name: String, route: Int = 0, pattern: Pattern, segment: Int = 0, weight: Double = 1,
      dueAfter: Double = 0
    ) {
      self.name = name
      self.route = route
      self.pattern = pattern
      self.segment = segment
      self.weight = weight
      self.dueAfter = dueAfter
    }
  }
}
