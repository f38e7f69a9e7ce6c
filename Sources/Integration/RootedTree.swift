/// The rooted trees up to an order: the order conditions of one-step methods.
///
/// A method has order p when, for every tree t with at most p vertices,
/// sum_i b_i Phi_i(t) = 1 / gamma(t), with Phi(leaf) = 1 and
/// Phi_i([t1 ... tm]) = product over k of sum_j a_ij Phi_j(tk).
/// A Rosenbrock method takes beta = alpha + gamma in place of a at vertices with a single branch
/// and alpha at vertices with several.
/// Reference: Butcher (1963); Hairer, Norsett and Wanner (1993), Solving ODE I, theorem II.2.13;
/// Hairer and Wanner (1996), Solving ODE II, theorem IV.7.4.
struct RootedTrees: Sendable {
  /// One tree; its branches are trees before it in the list.
  struct Tree: Sendable {
    /// Number of vertices.
    let order: Int
    /// gamma: the order times the densities of the branches.
    let density: Double
    /// The subtrees that hang from the root, by their positions, not decreasing.
    let branches: [Int]
  }

  /// Every tree up to the order, each once, smaller ones first: 1, 1, 2, 4, 9, 20 ... of them.
  private(set) var all: [Tree] = []

  /// The trees with at most `order` vertices.
  init(upTo order: Int) {
    for vertices in 1...max(order, 1) {
      let smaller = all.count
      var branches: [Int] = []
      grow(&branches, left: vertices - 1, from: 0, below: smaller)
    }
  }

  /// Appends every tree whose root holds `branches` and `left` more vertices in trees not before
  /// `first`.
  private mutating func grow(_ branches: inout [Int], left: Int, from first: Int, below end: Int) {
    guard left > 0 else {
      let order = branches.reduce(1) { $0 + all[$1].order }
      let density = branches.reduce(Double(order)) { $0 * all[$1].density }
      all.append(Tree(order: order, density: density, branches: branches))
      return
    }
    for next in first..<max(end, first) where all[next].order <= left {
      branches.append(next)
      grow(&branches, left: left - all[next].order, from: next, below: end)
      branches.removeLast()
    }
  }

  /// The elementary weight Phi of each tree, one row a tree and one column a stage.
  ///
  /// `several` and `single` are lower triangular stage coefficients, entry (i, j) at
  /// i * stages + j, for vertices with several branches and with one.
  func weights(several: [Double], single: [Double], stages: Int) -> [Double] {
    var phi = [Double](repeating: 1, count: all.count * stages)
    var grown = [Double](repeating: 0, count: all.count * stages)
    var alone = grown
    for (tree, shape) in all.enumerated() {
      let row = tree * stages
      for branch in shape.branches {
        for i in 0..<stages {
          phi[row + i] *= (shape.branches.count == 1 ? alone : grown)[branch * stages + i]
        }
      }
      for i in 0..<stages {
        var sums = (0.0, 0.0)
        for j in 0...i {
          sums.0 += several[i * stages + j] * phi[row + j]
          sums.1 += single[i * stages + j] * phi[row + j]
        }
        grown[row + i] = sums.0
        alone[row + i] = sums.1
      }
    }
    return phi
  }
}
