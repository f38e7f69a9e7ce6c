import Quantities

extension Facility {
  /// Patients of one product at one centre.
  public struct Arrivals: Sendable {
    /// A share of a disease.
    public struct Share: Sendable, Hashable {
      /// The disease.
      public var disease: String
      /// Its share, 0 to 1.
      public var share: Double

      /// A share from its parts.
      public init(disease: String, share: Double) {
        self.disease = disease
        self.share = share
      }
    }

    /// A patient with a date.
    public struct Patient: Sendable, Hashable {
      /// The identifier.
      public var id: String
      /// The day of the apheresis, or of the request where cells are at hand.
      public var day: CivilDate
      /// The indication; nil when not given.
      public var disease: String?
      /// The day by which the infusion is wanted; nil when not given.
      public var due: CivilDate?
      /// Where it is written.
      public var place: Place

      /// A patient from its parts.
      public init(
        id: String, day: CivilDate, disease: String?, due: CivilDate?, place: Place
      ) {
        self.id = id
        self.day = day
        self.disease = disease
        self.due = due
        self.place = place
      }
    }

    /// Patients a day at a mean, or named ones.
    public enum Source: Sendable {
      /// Poisson with a mean rate [patients/d], times the factor of the month (mean 1 over the
      /// months; empty for none).
      case rate(perDay: Double, months: [Double])
      /// Dated patients, sorted by day.
      case patients([Patient])
    }

    /// Its name.
    public var name: String
    /// The product.
    public var product = ""
    /// The centre; nil where there is none.
    public var centre: String?
    /// How many come and when.
    public var source: Source = .rate(perDay: 0, months: [])
    /// Diseases; empty when not told apart.
    public var diseases: [Share] = []
    /// Where it is written.
    public var place: Place

    /// Arrivals with their name and place.
    public init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }

    /// Patients a day, the mean over a plan that long [d].
    public func meanRate(horizon: Double) -> Double {
      switch source {
      case .rate(let perDay, _): perDay
      case .patients(let list): horizon > 0 ? Double(list.count) / horizon : 0
      }
    }
  }
}

extension Facility {
  /// The dated patients of all streams, by day.
  public var datedPatients: [Arrivals.Patient] {
    arrivals.flatMap { stream -> [Arrivals.Patient] in
      if case .patients(let list) = stream.source { return list }
      return []
    }.sorted { ($0.day, $0.id) < ($1.day, $1.id) }
  }

  /// Dated patients who come so many days after the start of the plan, or later.
  public func patients(after days: Double) -> [Arrivals.Patient] {
    datedPatients.filter { Double($0.day.dayNumber - start.dayNumber) >= days }
  }

  /// The last day on which patients of a measured time are followed, so many days after it.
  public func lastFollowed(measured days: Double) -> CivilDate? {
    CivilDate(dayNumber: start.dayNumber + Int((days + Self.followUp).rounded(.down)))
  }
}
