/// What becomes of the patients of one arrival stream, at a mean: batches started, tested, infused.
///
/// With chances p_c, p_h, p_q of a failure in culture, at harvest and in the tests, each times the
/// factor of the disease and, for a batch made again, times `again`:
///
///     P_k = 1 - (1 - p_c)(1 - p_h)(1 - p_q)            failure of attempt k
///     S_1 = 1,  S_(k+1) = S_k P_k r,  k < attempts     r = retained + recollected
///
/// so that without a limit and with equal chances the starts of a patient are 1 / (1 - r P).
public struct BatchFlow: Sendable {
  /// The stream.
  public let arrivals: Facility.Arrivals
  /// Patients a day.
  public private(set) var patients = 0.0
  /// Patients a day whose first batch is started.
  public private(set) var started = 0.0
  /// Collections of cells a day.
  public private(set) var collections = 0.0
  /// Batches started a day, repeats with them.
  public private(set) var starts = 0.0
  /// Batches a day whose culture is ended early.
  public private(set) var ended = 0.0
  /// Batches harvested a day.
  public private(set) var harvests = 0.0
  /// Batches tested a day.
  public private(set) var tests = 0.0
  /// Batches released a day.
  public private(set) var released = 0.0
  /// Patients infused a day, those out of specification with them.
  public private(set) var infused = 0.0
  /// Patients infused out of specification a day.
  public private(set) var infusedOut = 0.0
  /// Patients a day for whom there is no product.
  public private(set) var lost = 0.0

  /// The flow of a stream; `rate` patients a day in place of its mean.
  public init(
    _ arrivals: Facility.Arrivals, of product: Facility.Product, in facility: Facility,
    rate: Double? = nil
  ) {
    self.arrivals = arrivals
    patients = rate ?? arrivals.meanRate(horizon: facility.horizon)
    for (disease, share) in Self.mix(arrivals, facility) {
      add(patients * share, product, disease)
    }
  }

  /// Starts for each patient whose treatment begins; 1 when nothing fails.
  public var startsPerPatient: Double { started > 0 ? starts / started : 1 }

  /// Diseases with their shares; one without a name where none are told apart.
  private static func mix(
    _ arrivals: Facility.Arrivals, _ facility: Facility
  ) -> [(Facility.Disease, Double)] {
    let plain = Facility.Disease("", arrivals.place)
    func disease(_ name: String?) -> Facility.Disease {
      facility.diseases.first { $0.name == name } ?? plain
    }
    if case .patients(let list) = arrivals.source, !list.isEmpty {
      return list.map { (disease($0.disease), 1 / Double(list.count)) }
    }
    if arrivals.diseases.isEmpty { return [(plain, 1)] }
    return arrivals.diseases.map { (disease($0.disease), $0.share) }
  }

  private mutating func add(
    _ rate: Double, _ product: Facility.Product, _ disease: Facility.Disease
  ) {
    let failure = product.failure
    let again = failure.retained + failure.recollected
    let first = rate * (1 - product.dropOutBeforeStart * disease.dropOutFactor)
    started += first
    var attempt = 1
    var batches = first
    collections += first
    while batches > rate * 1e-12, attempt <= failure.attempts ?? 1000 {
      let factor = disease.failureFactor * (attempt > 1 ? failure.again : 1)
      let ended = batches * min(1, failure.culture * factor)
      let harvested = batches - ended
      let out = harvested * min(1, failure.harvest * factor)
      let tested = harvested - out
      let failed = tested * min(1, failure.quality * factor)
      starts += batches
      self.ended += ended
      harvests += harvested
      tests += tested
      released += tested - failed
      // What was ended in culture leaves nothing to infuse.
      let outside = (out + failed) * failure.infused
      let repeated = (ended + out + failed) * again
      let isLast = attempt == failure.attempts ?? 1000
      let arriving = tested - failed + outside
      let leave = arriving * product.dropOutBeforeInfusion * disease.dropOutFactor
      infused += arriving - leave
      infusedOut += outside * (arriving > 0 ? 1 - leave / arriving : 1)
      lost += ended + out + failed - outside - (isLast ? 0 : repeated)
      if !isLast, again > 0 { collections += repeated * failure.recollected / again }
      batches = repeated
      attempt += 1
    }
  }
}

extension Facility {
  /// Flows of all its streams, in their order.
  public var flows: [BatchFlow] { flows { $0.meanRate(horizon: horizon) } }

  /// Flows of all its streams at some rates [patients/d].
  func flows(_ rate: (Arrivals) -> Double) -> [BatchFlow] {
    arrivals.compactMap { stream in
      products.first { $0.name == stream.product }.map {
        BatchFlow(stream, of: $0, in: self, rate: rate(stream))
      }
    }
  }

  /// Doses of a vector needed a day.
  public func demand(ofVector name: String) -> Double { demand(ofVector: name, flows) }

  func demand(ofVector name: String, _ flows: [BatchFlow]) -> Double {
    flows.reduce(0) { sum, flow in
      let product = products.first { $0.name == flow.arrivals.product }
      return sum + (product?.vector == name ? flow.starts : 0)
    }
  }
}
