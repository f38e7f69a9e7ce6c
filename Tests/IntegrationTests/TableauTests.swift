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
  var order, embeddedOrder, denseOrder: Int
  var nodes, weights, errorWeights: [Double]
  var stages, dense: [[Double]]

  init(_ tableau: ButcherTableau) {
    order = tableau.order
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
      name: "Tsitouras 5(4)", order: order, embeddedOrder: embeddedOrder, denseOrder: denseOrder,
      nodes: nodes, stages: stages, weights: weights, errorWeights: errorWeights, dense: dense)
  }
}
