import Testing

@testable import Integration

/// The method's data against its order conditions.
@Suite struct TableauTests {
  /// Catches: a wrong digit in any coefficient (the initialiser checks every condition).
  @Test func tsitourasSatisfiesItsConditions() throws {
    let tableau = try ButcherTableau.tsitouras54()
    #expect(tableau.stageCount == 7)
    #expect(tableau.isFSAL)
    #expect(tableau.order == 5 && tableau.embeddedOrder == 4 && tableau.denseOrder == 4)
  }

  /// Catches: a tree generator that drops or repeats a condition. The numbers of rooted trees are
  /// sequence A000081 of the On-Line Encyclopedia of Integer Sequences.
  @Test func rootedTreesAreComplete() {
    let trees = RootedTrees(upTo: 8).all
    #expect(
      (1...8).map { order in trees.count { $0.order == order } } == [1, 1, 2, 4, 9, 20, 48, 115])
    // Densities of the order-4 trees: Hairer, Norsett and Wanner (1993), table II.2.1.
    #expect(trees.filter { $0.order == 4 }.map(\.density).sorted() == [4, 8, 12, 24])
  }

  /// Negative control: every pair of neighbouring coefficients, swapped, is refused.
  /// Catches: a check that does not look at some part of the data.
  @Test func swappedCoefficientsAreRefused() throws {
    let good = try ButcherTableau.tsitouras54()
    func isRefused(_ change: (inout Draft) -> Void) -> Bool {
      var draft = Draft(good)
      change(&draft)
      do {
        _ = try draft.tableau()
        return false
      } catch {
        return true
      }
    }
    #expect(!isRefused { _ in })
    var accepted: [String] = []
    for s in 2..<7 {
      for j in 1..<s where !isRefused({ $0.stages[s].swapAt(j - 1, j) }) {
        accepted.append("a \(s) \(j)")
      }
    }
    for i in 1..<7 {
      if !isRefused({ $0.weights.swapAt(i - 1, i) }) { accepted.append("b \(i)") }
      if !isRefused({ $0.errorWeights.swapAt(i - 1, i) }) { accepted.append("e \(i)") }
      if !isRefused({ $0.dense.swapAt(i - 1, i) }) { accepted.append("dense row \(i)") }
      for d in 1..<4 where !isRefused({ $0.dense[i].swapAt(d - 1, d) }) {
        accepted.append("dense \(i) \(d)")
      }
    }
    // c6 and c7 are both 1.
    for i in 1..<6 where !isRefused({ $0.nodes.swapAt(i - 1, i) }) { accepted.append("c \(i)") }
    #expect(accepted == [])
    #expect(isRefused { $0.errorWeights = $0.errorWeights.map { _ in 0 } })
    #expect(isRefused { $0.order = 6 })
    #expect(isRefused { $0.denseOrder = 5 })
    #expect(isRefused { $0.stages[3].removeLast() })
    #expect(isRefused { $0.weights[0] = .nan })
  }

  /// The same for the pair of order 8: every two unequal neighbours of every row, swapped.
  /// Catches: a check that does not reach the extra stages or the second error estimate.
  @Test func swappedCoefficientsOfOrderEightAreRefused() throws {
    let good = try ButcherTableau.dormandPrince853()
    #expect(good.endStage == 12 && !good.isFSAL && good.stageCount == 12)
    func isRefused(_ change: (inout Draft) -> Void) -> Bool {
      var draft = Draft(good)
      change(&draft)
      return (try? draft.tableau()) == nil
    }
    #expect(!isRefused { _ in })
    var accepted: [String] = []
    func swap(_ name: String, _ path: WritableKeyPath<Draft, [Double]>, _ last: Int) {
      let row = Draft(good)[keyPath: path]
      for i in 1..<max(last, 1) where row[i] != row[i - 1] {
        if !isRefused({ $0[keyPath: path].swapAt(i - 1, i) }) { accepted.append("\(name) \(i)") }
      }
    }
    for s in 1..<16 {
      swap("a \(s)", \.stages[s], s)
      swap("dense \(s)", \.dense[s], 7)
    }
    swap("b", \.weights, 12)
    swap("e", \.errorWeights, 12)
    swap("coarse e", \.coarseErrorWeights, 12)
    swap("c", \.nodes, 16)
    #expect(accepted == [])
  }

  /// The same for the Rosenbrock method, and every coefficient moved in its tenth digit.
  /// Catches: a check that forgets a part of the data or is too lax.
  @Test func swappedRosenbrockCoefficientsAreRefused() throws {
    let good = try RosenbrockTableau.rodas5P()
    #expect(good.order == 5 && good.embeddedOrder == 4 && good.denseOrder == 4)
    var accepted: [String] = []
    func check(_ name: String, _ change: (inout RosenbrockDraft) -> Void) {
      var draft = RosenbrockDraft(good)
      change(&draft)
      if (try? draft.tableau()) != nil { accepted.append(name) }
    }
    func walk(_ name: String, _ path: WritableKeyPath<RosenbrockDraft, [Double]>) {
      let row = RosenbrockDraft(good)[keyPath: path]
      for i in row.indices where row[i] != 0 {
        check("\(name) \(i) moved") { $0[keyPath: path][i] *= 1 + 1e-9 }
      }
      for i in row.indices.dropFirst() where row[i] != row[i - 1] {
        check("\(name) \(i) swapped") { $0[keyPath: path].swapAt(i - 1, i) }
      }
    }
    walk("c", \.nodes)
    walk("d", \.timeWeights)
    walk("m", \.weights)
    walk("e", \.errorWeights)
    for s in 1..<8 {
      walk("a \(s)", \.stages[s])
      walk("g \(s)", \.couplings[s])
      walk("dense \(s)", \.dense[s])
    }
    check("gamma") { $0.gamma = 0.2 }
    // The last stage is the error estimate itself, which vanishes to the dense output's order: a
    // multiple of it is as good an estimate, and the dense output may hold any share of it.
    #expect(accepted.filter { !$0.hasPrefix("dense 7") } == ["e 7 moved"])
  }

  /// Catches: a refusal that does not say which condition failed.
  @Test func refusalNamesTheCondition() throws {
    var draft = Draft(try ButcherTableau.tsitouras54())
    draft.nodes[1] = 0.17
    let refusal = #expect(throws: TableauRefused.self) { try draft.tableau() }
    #expect(refusal?.condition == "row sum of stage 2")
    #expect(refusal?.description.contains("Tsitouras 5(4)") == true)
  }
}

/// A tableau's data before it is checked.
struct Draft {
  var name: String
  var order, embeddedOrder, coarseOrder, denseOrder: Int
  var nodes, weights, errorWeights, coarseErrorWeights: [Double]
  var stages, dense: [[Double]]

  init(_ tableau: ButcherTableau) {
    name = tableau.name
    order = tableau.order
    coarseOrder = tableau.coarseOrder
    coarseErrorWeights = tableau.coarseErrorWeights
    embeddedOrder = tableau.embeddedOrder
    denseOrder = tableau.denseOrder
    nodes = tableau.nodes
    weights = tableau.weights
    errorWeights = tableau.errorWeights
    stages = tableau.stages
    dense = tableau.dense
  }

  func tableau() throws -> ButcherTableau {
    try ButcherTableau(
      name: name, order: order, embeddedOrder: embeddedOrder, denseOrder: denseOrder,
      nodes: nodes, stages: stages, weights: weights, errorWeights: errorWeights,
      coarseOrder: coarseOrder, coarseErrorWeights: coarseErrorWeights, dense: dense)
  }
}

/// A Rosenbrock method's data before they are checked.
struct RosenbrockDraft {
  let good: RosenbrockTableau
  var gamma: Double
  var nodes, timeWeights, weights, errorWeights: [Double]
  var stages, couplings, dense: [[Double]]

  init(_ tableau: RosenbrockTableau) {
    good = tableau
    gamma = tableau.gamma
    nodes = tableau.nodes
    timeWeights = tableau.timeWeights
    weights = tableau.weights
    errorWeights = tableau.errorWeights
    stages = tableau.stages
    couplings = tableau.couplings
    dense = tableau.dense
  }

  func tableau() throws -> RosenbrockTableau {
    try RosenbrockTableau(
      name: good.name, order: good.order, embeddedOrder: good.embeddedOrder,
      denseOrder: good.denseOrder, gamma: gamma, nodes: nodes, timeWeights: timeWeights,
      stages: stages, couplings: couplings, weights: weights, errorWeights: errorWeights,
      dense: dense)
  }
}
