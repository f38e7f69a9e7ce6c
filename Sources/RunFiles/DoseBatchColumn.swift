import Dosing
import Quantities

/// A row of a batch while its cells are put into the request.
public struct DoseBatchRow: Sendable {
  /// The patient's code as written; nil without a column for it.
  public var patient: String?
  /// Codes for traceability.
  public var identifiers = DoseIdentifiers()
  /// What is asked for this patient.
  public var request: DoseRequest
  /// The physical line of the row.
  public var line = 0

  mutating func weight(_ change: (inout WeightRecord) -> Void) {
    if request.weight == nil { request.weight = WeightRecord() }
    if request.weight != nil { change(&request.weight!) }
  }
}
