import Dosing
import Quantities
import RunFiles

extension Record {
  /// The record of one agreed plan.
  public static func dose(_ plan: DosePlan) -> JSONValue {
    let f = plan.figures
    return .object([
      "product": .string(plan.product.id),
      "weight": plan.bodyMass.map { .string($0.description) } ?? .null,
      "level": text(plan.level),
      "minimum_cells": cells(f.minimum), "target_cells": cells(f.target),
      "maximum_cells": cells(f.maximum), "planned_cells": cells(f.planned),
      "harvest_cells": cells(f.harvest),
      "portions": .array(
        plan.portions.map {
          .object(["name": .string($0.name), "planned_cells": .int($0.cells.cells)])
        }),
      "counted": .string(plan.product.counted.description),
      "steps": steps(plan.steps),
      "sources": .array(plan.product.sources.map { .string($0.description) }),
    ])
  }

  /// The record of one agreed calculation.
  public static func dose(_ dose: DoseCalculation, _ identifiers: DoseIdentifiers) -> JSONValue {
    let f = dose.figures
    let product = dose.request.product
    return .object([
      "product": .string(product.id), "label_version": text(product.labelVersion),
      "jurisdiction": .string(product.jurisdiction),
      "identifiers": .object([
        "product_code": text(identifiers.productCode), "donation": text(identifiers.donation),
        "recipient": text(identifiers.recipient), "batch": text(identifiers.batch),
      ]),
      "verdict": .string(DoseWorksheet.word(dose)),
      "age_years": exact(dose.request.age), "weight": weight(dose.request.weight),
      "level": text(dose.request.level), "infusion_at": text(dose.request.infusion?.iso8601),
      "minimum_cells": cells(f.minimum), "target_cells": cells(f.target),
      "maximum_cells": cells(f.maximum), "planned_cells": cells(f.planned),
      "harvest_cells": cells(f.harvest), "dose_cells": cells(f.dose),
      "volume_mL": dose.dose == nil ? .null : exact(volume(dose)),
      "portions": .array(dose.portions.map(portion)),
      "certificates": .array(dose.request.supplies.map(certificate)),
      "counted_per_mL": .array(dose.densities.map { exact($0.perMilliliter) }),
      "relative_error": number(dose.error), "p_within": number(dose.within),
      "limits": .array(dose.limits.map(limit)), "holds": .array(dose.holds.map(hold)),
      "counted": .string(product.counted.description), "steps": steps(dose.steps),
      "sources": .array(dose.sources.map { .string($0) }),
      "retention": .string(DoseWords.retention(product)),
    ])
  }

  private static func certificate(_ supply: ProductSupply) -> JSONValue {
    let certificate = supply.certificate
    return .object([
      "number": text(certificate?.number),
      "viable_density_per_mL": exact(certificate?.viableDensity?.cellsPerMilliliter),
      "total_density_per_mL": exact(certificate?.totalDensity?.cellsPerMilliliter),
      "volume_mL": exact(certificate?.volume?.milliliters),
      "stated_cells": cells(certificate?.statedCells?.cells),
    ])
  }

  private static func volume(_ dose: DoseCalculation) -> Rational? {
    dose.portions.compactMap { $0.drawn?.volume.milliliters }
      .reduce(Optional(Rational.zero)) { sum, part in try? sum?.plus(part) }
  }

  private static func portion(_ filled: FilledPortion) -> JSONValue {
    .object([
      "name": .string(filled.portion.name), "planned_cells": .int(filled.portion.cells.cells),
      "day": filled.portion.day.map { .int($0) } ?? .null,
      "volume_mL": exact(filled.drawn?.volume.milliliters),
      "dose_cells": cells(filled.drawn?.dose.cells),
      "containers_mL": .array((filled.drawn?.fills ?? []).map { exact($0.milliliters) }),
      "less_than_planned": .bool(filled.drawn?.isShort ?? false),
    ])
  }

  private static func limit(_ outcome: LimitOutcome) -> JSONValue {
    .object([
      "item": .string(outcome.item.rawValue), "state": .string(outcome.state.rawValue),
      "value": exact(outcome.value), "unit": .string(outcome.unit),
      "limit": text(outcome.limit), "source": text(outcome.source),
    ])
  }

  private static func hold(_ record: HoldRecord) -> JSONValue {
    .object([
      "code": .string(record.hold.code.rawValue), "field": .string(record.hold.field),
      "value": .string(record.hold.value), "doubt": .string(record.hold.doubt),
      "action": .string(record.hold.action),
      "role": .string(record.hold.role.rawValue), "open": .bool(record.isOpen),
      "confirmed_by": text(record.confirmation?.name),
      "confirmed_at": text(record.confirmation?.time?.iso8601),
    ])
  }

  private static func weight(_ record: WeightRecord?) -> JSONValue {
    guard let record else { return .null }
    return .object([
      "kg": exact(record.mass?.kilograms), "read_as": text(record.converted?.description),
      "measured": record.isMeasured.map { .bool($0) } ?? .null,
      "date": text(record.date?.description), "reference": text(record.reference?.rawValue),
      "reference_date": text(record.referenceDate?.description),
      "earlier_kg": exact(record.earlier?.kilograms),
      "earlier_date": text(record.earlierDate?.description),
    ])
  }

  private static func steps(_ steps: [HandStep]) -> JSONValue {
    .array(
      steps.map {
        .object([
          "name": .string($0.name), "formula": text($0.formula), "working": text($0.working),
          "result": .string($0.result), "source": text($0.source),
        ])
      })
  }

  /// An exact decimal as text, `17.4`, or a fraction `52/3`.
  private static func exact(_ value: Rational?) -> JSONValue {
    guard let value else { return .null }
    let isDecimal = ExactText.endsAsDecimal(value) && value.denominator < 1_000_000_000_000
    return .string(
      isDecimal
        ? ExactText.decimal(value, decimals: 20).replacing(",", with: "") : value.description)
  }

  private static func cells(_ count: Int?) -> JSONValue { count.map { .int($0) } ?? .null }
  private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
