import Bioreactor
import LinearAlgebra
import Quantities
import RunRecords

/// The effect of one column of a covariate on one parameter: a fixed effect of a population fit.
public struct CovariateEffect: Sendable {
  /// The parameter's element of psi.
  let row: Int
  /// The parameter's name.
  public let parameter: String
  /// How values become columns.
  public let coding: CovariateCoding
  /// Which of the columns it is.
  let column: Int
  /// The column, one value a run.
  let values: [Double]
  /// Donors with the word, or all donors for a number.
  let donors: Int

  /// Its name: `mu ~ age`, `K ~ platform xuri`.
  public var label: String { "\(parameter) ~ \(coding.labels[column])" }

  /// The size of the column's unit in the covariate's: a column of numbers is in standard
  /// deviations.
  var deviation: Double {
    if case .number(_, _, let deviation, _, _) = coding.kind { deviation } else { 1 }
  }

  /// The mean of the column over the runs that gave the coding.
  var mean: Double { coding.columns[column].mean }

  /// The effects of one covariate. Throws `InputRefused` as its coding does.
  static func all(
    of covariate: PopulationSpecification.Covariate, row: Int, _ cultures: [Culture]
  ) throws(InputRefused) -> [CovariateEffect] {
    let coding: CovariateCoding
    if let known = covariate.coding {
      coding = known
    } else {
      coding = try CovariateCoding(
        covariate.name, transform: covariate.transform, of: cultures)
    }
    var rows: [[Double]] = []
    for culture in cultures { rows.append(try coding.row(culture)) }
    return coding.columns.indices.map { k in
      let told = rows.indices.filter { coding.columns[k].word == nil || rows[$0][k] != 0 }
      return CovariateEffect(
        row: row, parameter: covariate.parameter, coding: coding, column: k,
        values: rows.map { $0[k] },
        donors: Set(told.map { cultures[$0].run.donorName }).count)
    }
  }

  /// Refuses effects that these runs cannot tell apart: with a column that does not vary, one that
  /// follows from others of the same parameter, a covariate named twice, or no fewer than the
  /// donors.
  static func check(_ effects: [CovariateEffect], _ cultures: [Culture]) throws(InputRefused) {
    let donors = Set(cultures.map(\.run.donorName)).count
    for parameter in Set(effects.map(\.row)).sorted() {
      let own = effects.filter { $0.row == parameter }
      var seen: Set<String> = []
      for effect in own where !seen.insert(effect.label).inserted {
        throw CovariateCoding.refusal(
          cultures, "\(effect.label) is named twice.", "Name each covariate once a parameter.")
      }
      guard donors - 1 - own.count >= 1 else {
        throw CovariateCoding.refusal(
          cultures,
          "\(own[0].parameter) has \(NumberText.counted(own.count, "effect")) of covariates, and "
            + "\(NumberText.counted(donors, "donor")) cannot tell them from how donors differ.",
          "Use fewer covariates, or add donors: at least two more than effects.")
      }
      for (k, effect) in own.enumerated() {
        let others = own[..<k].filter { $0.coding != effect.coding }
        let before = own[..<k].map(\.values)
        guard depends(effect.values, on: before) else { continue }
        if depends(effect.values, on: []) {
          throw CovariateCoding.refusal(
            cultures,
            "\(effect.coding.labels[effect.column]) is the same in all of these runs, so its effect "
              + "on \(effect.parameter) cannot be learned.",
            "Leave the covariate out, or learn from more runs; hold out fewer donors at a time.")
        }
        let names = Set(others.map { $0.coding.transform.label($0.coding.name) }).sorted()
        let one = names.first { name in
          depends(
            effect.values,
            on: own[..<k].filter {
              $0.coding == effect.coding || $0.coding.transform.label($0.coding.name) == name
            }.map(\.values))
        }
        let told = one.map { [$0] } ?? names
        throw CovariateCoding.refusal(
          cultures,
          "\(effect.coding.labels[effect.column]) follows from "
            + "\(told.isEmpty ? "the other words" : NumberText.list(told)) in these runs: which of "
            + "them moves \(effect.parameter) cannot be told.",
          "Keep one of them, or add runs in which they differ.")
      }
    }
  }

  /// Whether a column follows from a constant and other columns, up to rounding.
  private static func depends(_ values: [Double], on others: [[Double]]) -> Bool {
    var basis: [[Double]] = []
    func rest(_ column: [Double]) -> [Double] {
      var left = column
      // Twice, so that rounding of the first pass is taken off.
      for _ in 0..<2 {
        for direction in basis {
          let share = dot(left, direction)
          for i in left.indices { left[i] -= share * direction[i] }
        }
      }
      return left
    }
    for column in [[Double](repeating: 1, count: values.count)] + others {
      let left = rest(column)
      let norm = euclideanNorm(left)
      if norm > 1e-8 * max(euclideanNorm(column), 1e-300) { basis.append(left.map { $0 / norm }) }
    }
    return !(euclideanNorm(rest(values)) > 1e-6 * euclideanNorm(values))
  }
}

extension LearnedPrior.Frame {
  /// The variance of a parameter's mean at the runs' mean covariates.
  func variance(ofMean row: Int, _ error: (Int, Int) -> Double) -> Double {
    let m = elements.count
    var variance = error(row, row)
    for e in effects(on: row) {
      variance += 2 * effects[e].mean * error(row, m + e)
      for f in effects(on: row) {
        variance += effects[e].mean * effects[f].mean * error(m + e, m + f)
      }
    }
    return variance
  }

  /// The effects of a result in the covariates' units; `factors` widen the parameters.
  func covariates(
    _ result: PopulationResult, _ errors: Matrix, _ factors: [Double]
  ) -> [LearnedPrior.Covariate] {
    let m = elements.count
    return effects.enumerated().map { e, effect in
      let own = factors[effect.row] / effect.deviation
      let values: LearnedPrior.Covariate.Values
      switch effect.coding.kind {
      case .number(let unit, let centre, _, let low, let high):
        values = .number(
          transform: effect.coding.transform, unit: unit.symbol, centre: centre, low: low,
          high: high)
      case .words(let reference, let others):
        values = .word(others[effect.column], reference: reference)
      }
      return LearnedPrior.Covariate(
        of: effect.coding.name, on: effect.parameter, values: values,
        effect: result.fixed[m + e].estimate / effect.deviation,
        error: errors[m + e, m + e].squareRoot() / effect.deviation,
        donors: min(effect.donors, result.donorCount),
        meanCovariances: (0..<m).map { j in
          let shared = errors[m + e, j]
          return shared.isFinite ? own * factors[j] * shared : 0
        },
        effectCovariances: effects.indices.map { f in
          own * factors[effects[f].row] / effects[f].deviation * errors[m + e, m + f]
        })
    }
  }
}
