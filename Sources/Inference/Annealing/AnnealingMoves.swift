import LinearAlgebra
import Randomness

extension Annealing {
  /// Moves of all particles, one round after the other; it learns from the round before.
  struct Mover {
    private let annealing: Annealing
    private let box: [BoxTransform]
    /// Length of difference steps against 2.38 / sqrt(2 d).
    private var stretch = 1.0
    private var round = 0
    private(set) var evaluations = 0
    private var tried = [Double](repeating: 0, count: Kind.allCases.count)
    private var taken = [Double](repeating: 0, count: Kind.allCases.count)

    enum Kind: Int, CaseIterable, Sendable {
      /// Along the difference of two other particles.
      case difference
      /// Anywhere, from the moments of all particles.
      case independent
    }

    private struct Outcome: Sendable {
      let particle: Particle
      let kind: Kind
      let isTaken: Bool
    }

    init(_ annealing: Annealing) {
      self.annealing = annealing
      box = annealing.box
    }

    /// The share of proposals that were taken.
    var acceptance: Double { taken.reduce(0, +) / max(1, tried.reduce(0, +)) }
    var acceptances: [Double] { zip(taken, tried).map { $0 / max(1, $1) } }

    mutating func resetCounts() {
      for k in tried.indices { (tried[k], taken[k]) = (0, 0) }
    }

    mutating func move(_ islands: inout [[Particle]], at b: Double) {
      let all = islands.flatMap { $0 }
      let (mover, number) = (self, round)
      let refit = proposal(all)
      let outcomes = Parallel.map(chunksOf: 16, count: all.count, threads: annealing.threads) {
        mover.annealing.problem()
      } body: { problem, index in
        var stream = mover.annealing.stream("move \(number)", index)
        return mover.moved(index, all, refit, at: b, problem, &stream)
      }
      var steps = (tried: 0.0, taken: 0.0)
      for outcome in outcomes {
        tried[outcome.kind.rawValue] += 1
        if outcome.isTaken { taken[outcome.kind.rawValue] += 1 }
        if outcome.kind == .difference {
          steps.tried += 1
          steps.taken += outcome.isTaken ? 1 : 0
        }
      }
      if steps.tried > 0 {
        stretch = min(2, max(0.1, stretch * Double.exp(steps.taken / steps.tried - 0.25)))
      }
      evaluations += all.count
      round += 1
      var start = 0
      for k in islands.indices {
        islands[k] = (start..<(start + islands[k].count)).map { outcomes[$0].particle }
        start += islands[k].count
      }
    }

    private func proposal(_ all: [Particle]) -> ProposalMixture? {
      guard let like = annealing.base.components.last,
        let refit = StudentProposal(
          points: all.map(\.point), weights: all.map { _ in 1 }, like: like, widening: 0.9)
      else { return nil }
      return ProposalMixture([refit], shares: [1])
    }

    private func moved(
      _ index: Int, _ all: [Particle], _ refit: ProposalMixture?, at b: Double,
      _ problem: Problem, _ stream: inout RandomStream
    ) -> Outcome {
      let old = all[index]
      if let refit, stream.uniform() < 0.4 {
        guard let point = refit.draw(&stream), let new = evaluated(point, problem, old) else {
          return Outcome(particle: old, kind: .independent, isTaken: false)
        }
        let ratio =
          new.logDensity(b) - old.logDensity(b) + refit.logDensity(old.point)
          - refit.logDensity(new.point)
        let isTaken = Double.log(stream.uniform()) < ratio
        return Outcome(particle: isTaken ? new : old, kind: .independent, isTaken: isTaken)
      }
      let line = difference(old.line, index, all, &stream)
      var point = old.point
      for (k, j) in annealing.inside.enumerated() { point[j] = box[k].image(line[k]).x }
      guard let new = evaluated(point, problem, old) else {
        return Outcome(particle: old, kind: .difference, isTaken: false)
      }
      let ratio = new.logDensity(b) + new.logSlope - old.logDensity(b) - old.logSlope
      let isTaken = Double.log(stream.uniform()) < ratio
      return Outcome(particle: isTaken ? new : old, kind: .difference, isTaken: isTaken)
    }

    /// u + g (u_1 - u_2) and a little noise, of some or all coordinates.
    private func difference(
      _ line: [Double], _ index: Int, _ all: [Particle], _ stream: inout RandomStream
    ) -> [Double] {
      func other(_ avoided: [Int]) -> Int {
        while true {
          let found = Int(stream.integer(below: UInt64(all.count)))
          if !avoided.contains(found) { return found }
        }
      }
      let first = other([index])
      let second = other([index, first])
      let share = [1.0, 1.0, 0.5, 0.25][Int(stream.integer(below: 4))]
      var chosen = line.indices.filter { _ in stream.uniform() < share }
      if chosen.isEmpty { chosen = [Int(stream.integer(below: UInt64(line.count)))] }
      let jump = stream.uniform() < 0.1
      let length =
        jump
        ? 1
        : stretch * 2.38 / (2 * Double(chosen.count)).squareRoot()
          * Double.exp(0.3 * stream.normal())
      var moved = line
      for k in chosen {
        moved[k] +=
          length * (all[first].line[k] - all[second].line[k]) + 1e-5 * stream.normal()
      }
      return moved
    }

    private func evaluated(_ point: [Double], _ problem: Problem, _ old: Particle) -> Particle? {
      for (x, range) in zip(point, annealing.bounds) where !range.contains(x) { return nil }
      guard let objective = try? problem.objective(at: point), objective.isFinite else {
        return nil
      }
      let new = annealing.particle(point, objective: objective, box, ancestor: old.ancestor)
      return new.line.allSatisfy(\.isFinite) && new.logBase.isFinite ? new : nil
    }
  }
}
