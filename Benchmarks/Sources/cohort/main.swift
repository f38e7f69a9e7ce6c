// Forecasts of growth learned from other donors, fold by fold; called by cohort.py, which scores them.
//
//   cohort folds observations.csv folds.csv   lines: repeat,fold,run,basis,time,median,scale,df
//   cohort levels observations.csv DAY        learns from counts to DAY: group,time,median,scale,df
import Foundation
import Population

struct Usage: Error {}

/// Rows of a comma-separated file without quotes, by column name (a unit in brackets is left out).
func table(_ path: String) throws -> [[String: String]] {
  let text = try String(contentsOfFile: path, encoding: .utf8)
  let lines = text.split(whereSeparator: \.isNewline).map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  let names = (lines.first ?? []).map { String($0.split(separator: " ").first ?? "") }
  return lines.dropFirst().map { Dictionary(zip(names, $0)) { a, _ in a } }
}

/// Rows of one run and time are wells of one count: the ln of their mean.
func histories(_ rows: [[String: String]], value: String) throws -> [GrowthHistory] {
  var order: [String] = []
  var byRun: [String: [[String: String]]] = [:]
  for row in rows {
    guard let run = row["run"] else { throw Usage() }
    if byRun[run] == nil { order.append(run) }
    byRun[run, default: []].append(row)
  }
  return try order.map { run in
    let mine = byRun[run] ?? []
    var wells: [Double: [Double]] = [:]
    for row in mine {
      guard let time = row["time"].flatMap(Double.init), let x = row[value].flatMap(Double.init)
      else { throw Usage() }
      wells[time, default: []].append(x)
    }
    let counts = wells.keys.sorted().map { time in
      let x = wells[time] ?? []
      return GrowthCount(
        time: time, logCells: log(x.reduce(0, +) / Double(x.count)), replicates: Double(x.count))
    }
    return try GrowthHistory(
      run: run, donor: mine.first?["donor"] ?? "",
      factors: (mine.first?["group"] ?? "").components(separatedBy: " | "), counts: counts)
  }
}

func crossValidate(_ observations: String, _ folds: String, usesLevel: Bool) throws {
  let all = try histories(try table(observations), value: "tvc")
  var options = GrowthOptions()
  options.usesLevel = usesLevel
  var earlier: LearnedGrowth?
  print("repeat,fold,run,basis,time,median,scale,df")
  let rows = try table(folds)
  let keys = Set(rows.map { "\($0["repeat"] ?? "") \($0["fold"] ?? "")" }).sorted()
  for key in keys {
    let out = Set(
      rows.filter { "\($0["repeat"] ?? "") \($0["fold"] ?? "")" == key }.map { $0["donor"] ?? "" })
    let teaching = all.filter { !out.contains($0.donor) }
    // Every learning starts anew; nothing of the donors left out is used.
    let learned = try GrowthProcess.learn(
      teaching, origin: "fold \(key)", options: options, origins: [92], earlier: nil)
    earlier = learned
    for history in all where out.contains(history.donor) {
      guard let last = history.counts.firstIndex(where: { $0.time >= 88 && $0.time <= 98 }) else {
        continue
      }
      var early = history
      early.counts = Array(history.counts[...last])
      for basis in [GrowthForecast.Basis.surface, .path] {
        for count in history.counts where count.time > 98 {
          let told = try learned.forecast(
            early, at: [count.time], replicates: count.replicates, basis: basis)
          print(
            "\(key.replacingOccurrences(of: " ", with: ",")),\(history.run),\(basis.rawValue),"
              + "\(count.time),\(told.median[0]),\(told.spread(at: 0)),"
              + "\(told.degreesOfFreedom.map { "\($0)" } ?? "inf")")
        }
      }
    }
  }
  if let earlier, let surface = earlier.surfaces.first {
    let text = zip(surface.names, surface.values).map { "\($0) \($1)" }
    FileHandle.standardError.write(Data((text.joined(separator: "\n") + "\n").utf8))
    let path = zip(earlier.path.names, earlier.path.values).map { "\($0) \($1)" }
    FileHandle.standardError.write(Data((path.joined(separator: "\n") + "\n").utf8))
  }
}

func forecastLevels(_ observations: String, day: Double) throws {
  let all = try histories(try table(observations), value: "fold")
  var options = GrowthOptions()
  options.startsAtFold = true
  options.pathStudentDegrees = nil
  options.knotSpacing = 48
  options.reach = 24 * (20 - day)
  let early = all.filter { ($0.counts.last?.time ?? 0) <= 24 * day }
  let learned = try GrowthProcess.learn(
    early, origin: "to day \(day)", options: options, origins: [])
  print("group,time,median,scale,df")
  for group in Set(all.map { $0.factors[0] }).sorted() {
    let times = [Double](stride(from: 24 * day + 24, through: 480, by: 24))
    let new = try GrowthHistory(run: "new", donor: "new", factors: [group], counts: [])
    let told = try learned.forecast(new, at: times)
    for (i, time) in times.enumerated() {
      print("\(group),\(time),\(told.median[i]),\(told.spread(at: i)),inf")
    }
  }
  let path = zip(learned.path.names, learned.path.values).map { "\($0) \($1)" }
  FileHandle.standardError.write(Data((path.joined(separator: "\n") + "\n").utf8))
}

let arguments = CommandLine.arguments
do {
  switch (arguments.count, arguments.dropFirst().first) {
  case (4, "folds"): try crossValidate(arguments[2], arguments[3], usesLevel: true)
  case (5, "folds"): try crossValidate(arguments[2], arguments[3], usesLevel: false)
  case (4, "levels"): try forecastLevels(arguments[2], day: Double(arguments[3]) ?? 10)
  default: throw Usage()
  }
} catch {
  FileHandle.standardError.write(Data("\(error)\n".utf8))
  exit(1)
}
