import Quantities
import RunRecords

/// Merges the rows of one sample into one observation a quantity.
///
/// Counts of one sample share its error, so they are no independent measurements. Raw counts add up,
/// cells and exposure: given the sample's density they are independent Poisson numbers, and their
/// sum is sufficient for it. Densities give their geometric mean, shares the mean of their logits,
/// concentrations and volumes their arithmetic mean. Limits are carried along as intervals.
enum TechnicalReplicates {
  private struct Key: Hashable {
    let sample: String
    let time: Double
    let phase: Observation.Phase
    let quantity: String
    let counter: String?
    let isCounted: Bool
  }

  /// The observations with the replicates merged, each at the place of its first row.
  static func merge(
    _ observations: [Observation], _ findings: inout FindingList
  ) -> [Observation] {
    var groups: [[Observation]] = []
    var indexOf: [Key: Int] = [:]
    for observation in observations {
      guard let sample = observation.sample else {
        groups.append([observation])
        continue
      }
      let key = Key(
        sample: sample, time: observation.time, phase: observation.phase,
        quantity: observation.quantity, counter: observation.counter,
        isCounted: observation.count != nil)
      if let index = indexOf[key] {
        groups[index].append(observation)
      } else {
        indexOf[key] = groups.count
        groups.append([observation])
      }
    }
    var rows: Set<Int> = []
    var samples: Set<[String]> = []
    var out: [Observation] = []
    for group in groups {
      guard group.count > 1 else {
        out += group
        continue
      }
      ReplicateCheck.warnIfFar(group, &findings)
      guard let merged = merged(group) else {
        findings.warning(
          "W_SAMPLE_DISAGREES", at: group[1].place,
          "'\(group[0].quantity)' of one sample has only limits to both sides; the rows are kept"
            + " apart.",
          remedy: "Look at the rows of this sample.")
        out += group
        continue
      }
      out.append(merged)
      rows.formUnion(group.map(\.place.line))
      samples.insert([group[0].sample ?? "", "\(group[0].time)", group[0].phase.rawValue])
    }
    if let first = groups.first(where: { $0.count > 1 })?.first, !rows.isEmpty {
      findings.note(
        "N_SAMPLE_MERGED", at: first.place,
        "\(rows.count) rows, the first here, are replicate readings of"
          + " \(NumberText.counted(samples.count, "sample")); each sample counts once.",
        remedy: "Nothing to do; give every sample that was drawn anew its own name.")
    }
    return out
  }

  /// One observation for several of one sample; nil when limits to both sides leave nothing known.
  private static func merged(_ group: [Observation]) -> Observation? {
    var out = group[0]
    let counts = group.compactMap(\.count)
    if counts.count == group.count {
      let exposure = counts.reduce(0) { $0 + $1.exposure }
      let least = counts.reduce(0) { $0 + $1.limits.least }
      let most = counts.reduce(0) { $0 + $1.limits.most }
      guard least > 0 || most.isFinite else { return nil }
      let count = Observation.Count(
        cells: Observation.Count.cells(from: least, to: most), exposure: exposure)
      out.count = count
      out.value =
        out.quantity == "viability"
        ? share(of: count) : RawCounts.density(of: count, 1 / exposure)
      return out
    }
    guard let value = ReplicateScale(group).mean(of: group.map(\.value)) else { return nil }
    out.value = value
    return out
  }

  /// The viability that a number of viable cells among those looked at stands for.
  private static func share(of count: Observation.Count) -> Observation.Reading {
    switch count.cells {
    case .exact(let k): .exact(k / count.exposure)
    case .below(let k): .below(k / count.exposure)
    case .above(let k): .above(k / count.exposure)
    case .between(let low, let high): .between(low / count.exposure, high / count.exposure)
    }
  }
}
