import Dosing
import Quantities

/// One patient of a batch: the common request with the cells of a row put in.
public struct DoseBatchRow: Sendable {
  /// The patient's code as written; nil without a column for it.
  public var patient: String?
  /// Codes for traceability.
  public var identifiers = DoseIdentifiers()
  /// What is asked for this patient.
  public var request: DoseRequest
  /// The physical line of the row.
  public var line = 0

  /// A row in which nothing differs from the common request.
  public init(_ request: DoseRequest, identifiers: DoseIdentifiers) {
    self.request = request
    self.identifiers = identifiers
  }

  /// The viability that was measured; nil when none was given.
  public var viability: Fraction? {
    if let given = request.results?.viability { return given }
    return request.supplies.lazy.compactMap { $0.certificate?.percentages }.first?
      .first { $0.child == .viableCells && $0.parent == .allCells }?.value
  }

  mutating func weight(_ change: (inout WeightRecord) -> Void) {
    var record = request.weight ?? WeightRecord()
    request.weight = nil
    change(&record)
    request.weight = record
  }

  mutating func supply(_ change: (inout ProductSupply) -> Void) {
    if request.supplies.isEmpty { request.supplies = [ProductSupply()] }
    change(&request.supplies[0])
  }

  mutating func certificate(_ change: (inout Certificate) -> Void) {
    supply { supply in
      var certificate = supply.certificate ?? Certificate()
      supply.certificate = nil
      change(&certificate)
      supply.certificate = certificate
    }
  }

  mutating func results(_ change: (inout ReleaseResults) -> Void) {
    var results = request.results ?? ReleaseResults()
    change(&results)
    request.results = results
  }

  /// The percentage of one population in another; it takes the density's method, sample point and
  /// time where the common request describes none.
  mutating func percentage(_ child: CellPopulation, of parent: CellPopulation, _ value: Fraction?) {
    certificate { certificate in
      var list = certificate.percentages ?? []
      certificate.percentages = nil
      let index = list.firstIndex { $0.child == child && $0.parent == parent }
      if let index {
        list[index].value = value
        list[index].form = .percent
      } else {
        var share = Percentage()
        (share.child, share.parent, share.value, share.form) = (child, parent, value, .percent)
        list.append(share)
      }
      certificate.percentages = list
    }
  }

  /// Gives percentages without method, sample point or time those of the density: one row states
  /// them once.
  mutating func completePercentages() {
    guard !request.supplies.isEmpty else { return }
    certificate { certificate in
      guard let count = certificate.percentages?.count else { return }
      for index in 0..<count {
        if certificate.percentages?[index].method == nil {
          certificate.percentages?[index].method = certificate.densityMethod
        }
        if certificate.percentages?[index].sample == nil {
          certificate.percentages?[index].sample = certificate.densitySample
        }
        if certificate.percentages?[index].taken == nil {
          certificate.percentages?[index].taken = certificate.densityTaken
        }
      }
    }
  }
}
