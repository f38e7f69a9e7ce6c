import Quantities
import RunRecords

extension GrowthRuns {
  /// What a reader must know of how runs were read.
  static func notes(
    _ runs: [Run], _ histories: [GrowthHistory], _ factors: [String], leftOut: Int, shared: Int
  ) -> [String] {
    var notes: [String] = []
    let groups = Set(runs.compactMap(\.group))
    if factors.isEmpty, groups.count > 1 {
      notes.append(
        "The runs name \(groups.count) groups, which were not told apart: all were taken as one kind. "
          + "--group group tells them apart.")
    }
    let nameless = runs.count { $0.donor == .unknown }
    if nameless > 0 {
      notes.append(
        "\(NumberText.counted(nameless, "run")) \(nameless == 1 ? "names" : "name") no donor and "
          + "\(nameless == 1 ? "counts as a donor of its" : "count as donors of their") own.")
    }
    if shared > 0 {
      notes.append(
        "\(NumberText.counted(shared, "count")) \(shared == 1 ? "is" : "are") shared by several runs "
          + "of a donor. Each counts once, and is foretold at most once; the growth from it on is every "
          + "run's own.")
    }
    if leftOut > 0 {
      notes.append(
        "\(NumberText.counted(leftOut, "sampling time")) with a reading of 0 or a limit was left out: "
          + "growth is learned from numbers of cells.")
    }
    let fed = runs.count { run in
      run.operations.contains { $0.action.kind == .feed || $0.action.kind == .exchange }
    }
    if fed > 0, fed < runs.count {
      notes.append(
        "\(fed) of \(runs.count) runs were fed or had medium exchanged, the others not: growth is "
          + "learned from runs that were handled alike.")
    }
    return notes
  }
}
