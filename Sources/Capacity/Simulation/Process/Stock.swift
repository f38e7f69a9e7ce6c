extension Process {
  /// Something that is used up and comes in lots: vector, kits.
  ///
  /// Lots are used in the order of their expiry; what is left of a lot at its expiry is thrown away
  /// and counted. When what is on hand and on order falls to `reorderAt` or below, a lot is ordered.
  /// A patient who finds nothing waits, in order of coming, for the next lot.
  public struct Stock: Sendable, Equatable {
    /// Its name, unique among the stocks.
    public var name: String
    /// Units in a lot, > 0.
    public var lotSize: Double
    /// Lots on hand on day 0, each full and fresh.
    public var lots: Int
    /// Days from the delivery of a lot to its expiry, > 0; infinite for never.
    public var shelfLife: Double
    /// Orders a lot when on hand + on order <= this; nil for never.
    public var reorderAt: Double?
    /// Days from the order of a lot to its delivery, its failures and re-makes included.
    public var leadTime: Law
    /// Days that the first patient of a lot waits for the change of campaign, >= 0.
    public var changeover: Double

    /// A stock from its parts.
    public init(
      name: String, lotSize: Double, lots: Int, shelfLife: Double = .infinity,
      reorderAt: Double? = nil, leadTime: Law = .fixed(0), changeover: Double = 0
    ) {
      self.name = name
      self.lotSize = lotSize
      self.lots = lots
      self.shelfLife = shelfLife
      self.reorderAt = reorderAt
      self.leadTime = leadTime
      self.changeover = changeover
    }
  }
}
