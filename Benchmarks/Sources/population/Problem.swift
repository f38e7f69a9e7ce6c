import Foundation
import LinearAlgebra
import Population
import Timing

/// A data set with its model and start, the start of the peers.
struct Problem {
  let name: String
  let model: PopulationModel

  /// Donor, x and y of each row of a CSV with a header.
  typealias Row = (donor: String, x: [Double], y: Double)

  static func rows(_ path: String, donor: Int, x: [Int], y: Int) throws -> [Row] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return try text.split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: "\" \r"))
      }
      func number(_ k: Int) throws -> Double {
        guard k < cells.count, let value = Double(cells[k]) else {
          throw Unanswerable("\(path): \(line)")
        }
        return value
      }
      return (cells[donor], try x.map(number), try number(y))
    }
  }

  /// `curve` makes the likelihood of one donor.
  init(
    _ name: String, _ rows: [Row], _ curve: ([[Double]], [Double]) -> CurveLikelihood,
    names: [String], effects: [Int],
    full: Bool = false, start: [Double], deviations: [Double]
  ) {
    var order: [String] = []
    var groups: [String: (x: [[Double]], y: [Double])] = [:]
    for row in rows {
      if groups[row.donor] == nil { order.append(row.donor) }
      groups[row.donor, default: ([], [])].x.append(row.x)
      groups[row.donor, default: ([], [])].y.append(row.y)
    }
    self.name = name
    model = PopulationModel(
      donors: order.map { donor in
        let own = groups[donor] ?? ([], [])
        return PopulationDonor(
          name: donor,
          occasions: [
            .init(
              name: donor, likelihood: curve(own.x, own.y),
              design: .identity(names.count + 1))
          ])
      }, parameters: names + ["ln sigma"], fixedNames: names + ["ln sigma"],
      structure: RandomStructure(donor: RandomBlock(effects, isFull: full)), start: start,
      startDeviations: deviations)
  }

  /// The sets of the reference folder.
  static func reference(_ folder: String) throws -> [Problem] {
    let orange = try rows(folder + "/Orange.csv", donor: 0, x: [1], y: 2)
    let theoph = try rows(folder + "/Theoph.csv", donor: 0, x: [2, 3], y: 4)
    let logistic = try rows(folder + "/sim_logistic.csv", donor: 0, x: [1], y: 2)
    return [
      Problem(
        "orange", orange, { CurveLikelihood(Logistic.self, x: $0, y: $1) },
        names: ["Asym", "xmid", "scal"], effects: [0],
        start: [190, 730, 350, 2], deviations: [20]),
      Problem(
        "theoph_diag2", theoph, { CurveLikelihood(FirstOrder.self, x: $0, y: $1) },
        names: ["lKe", "lKa", "lCl"], effects: [1, 2],
        start: [-2.5, 0.5, -3, 0], deviations: [0.3, 0.3]),
      Problem(
        "theoph_diag3", theoph, { CurveLikelihood(FirstOrder.self, x: $0, y: $1) },
        names: ["lKe", "lKa", "lCl"], effects: [0, 1, 2], start: [-2.5, 0.5, -3, 0],
        deviations: [0.3, 0.3, 0.3]),
      Problem(
        "sim_logistic_diag", logistic, { CurveLikelihood(LogLogistic.self, x: $0, y: $1) },
        names: ["lr", "lK", "lN0"],
        effects: [0, 1], start: [-0.3, 3.5, -0.6, -2], deviations: [0.3, 0.3]),
      Problem(
        "sim_logistic_full", logistic, { CurveLikelihood(LogLogistic.self, x: $0, y: $1) },
        names: ["lr", "lK", "lN0"],
        effects: [0, 1], full: true, start: [-0.3, 3.5, -0.6, -2], deviations: [0.3, 0.3]),
    ]
  }

  /// Sets of R's nlme, where `population.sh` has written them.
  static func classics(_ folder: String) throws -> [Problem] {
    func some(_ name: String) throws -> [Row]? {
      let path = folder + "/" + name + ".csv"
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      return try rows(path, donor: 0, x: [1], y: 2)
    }
    var problems: [Problem] = []
    if let trees = try some("loblolly") {
      problems.append(
        Problem(
          "loblolly", trees, { CurveLikelihood(Asymptotic.self, x: $0, y: $1) },
          names: ["Asym", "R0", "lrc"], effects: [0], start: [103, -8.5, -3.3, 0],
          deviations: [4]))
    }
    if let levels = try some("indometh") {
      problems.append(
        Problem(
          "indometh", levels, { CurveLikelihood(Biexponential.self, x: $0, y: $1) },
          names: ["A1", "lrc1", "A2", "lrc2"], effects: [0, 1, 2],
          start: [2.8, 0.78, 0.46, -1.3, -2], deviations: [0.5, 0.2, 0.1]))
    }
    if let leaves = try some("soybean") {
      problems.append(
        Problem(
          "soybean", leaves, { CurveLikelihood(Logistic.self, x: $0, y: $1) },
          names: ["Asym", "xmid", "scal"], effects: [0, 1], start: [18, 52, 7.5, 0],
          deviations: [3, 3]))
    }
    return problems
  }
}
