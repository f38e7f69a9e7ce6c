import Quantities

/// A patient who waits for a dose of a lot.
public struct LotPatient: Hashable, Sendable {
  /// A code for the list, never a name.
  public var id: String
  /// The patient's request with one supply: step, losses and containers count, and its certificate
  /// is replaced by the lot's.
  public var request: DoseRequest

  /// A patient from its parts.
  public init(id: String, request: DoseRequest) {
    self.id = id
    self.request = request
  }
}

/// What one patient gets of a lot.
public struct LotShare: Hashable, Sendable {
  /// The patient's code.
  public let id: String
  /// The calculation, or why this patient gets nothing.
  public let outcome: Result<DoseCalculation, Refusal>
  /// Product taken from the lot for this patient, dead volume and overfill included, mL.
  public let takenMilliliters: Rational
  /// Product left in the lot after this patient, mL.
  public let leftMilliliters: Rational
}

/// An allogeneic lot shared out in the stated order: each patient gets the planned dose, or what is
/// left when that still holds the least dose, or nothing; a patient who gets nothing does not stop
/// those who follow. Never more than the lot is given out.
///
/// *Refuses* a lot without a volume.
public func allocate(
  _ lot: Certificate, to patients: [LotPatient]
) throws(Refusal) -> [LotShare] {
  guard let volume = lot.volume else { throw .missing("volume", "The volume of the lot") }
  var left = volume.milliliters
  var shares: [LotShare] = []
  for patient in patients {
    var request = patient.request
    let outcome: Result<DoseCalculation, Refusal>
    var taken = Rational.zero
    do throws(Refusal) {
      guard request.supplies.count == 1 else {
        throw .missing("supplies", "The one supply that a lot is drawn with")
      }
      request.supplies[0].certificate = try lot.reduced(to: left, of: volume.milliliters)
      let calculation = try DoseCalculation(request)
      guard let drawn = calculation.portions.first?.drawn else {
        throw .missing("planned", "The dose that is planned for")
      }
      let rest = drawn.remainderMilliliters
      taken = try exact("lot") { try left.minus(rest) }
      // What is filled into containers must be there, dead volume and overfill included.
      guard rest >= .zero, taken >= .zero else {
        throw Refusal(
          .notEnoughCells, "volume", "The lot has not enough volume left to fill the container.",
          remedy: "Take another lot for this patient.")
      }
      left = rest
      outcome = .success(calculation)
    } catch {
      taken = .zero
      outcome = .failure(error)
    }
    shares.append(
      LotShare(
        id: patient.id, outcome: outcome, takenMilliliters: taken, leftMilliliters: left))
  }
  return shares
}

extension Certificate {
  /// The certificate of what is left of a lot: the volume, and the stated cells in proportion.
  fileprivate func reduced(
    to left: Rational, of whole: Rational
  ) throws(Refusal) -> Certificate {
    var rest = self
    rest.volume = try exact("volume") { try Volume(milliliters: left) }
    if let statedCells, whole > .zero {
      let cells = try exact("statedCells") {
        try statedCells.rational.times(left).divided(by: whole).floor
      }
      rest.statedCells = try count(cells, "statedCells")
    }
    return rest
  }
}
