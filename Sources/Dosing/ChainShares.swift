import Quantities

/// Shares that the certificates of all supplies tell: the least over the supplies, and nil when one
/// of them does not have it.
struct ChainShares {
  let densities: [CountedDensity]

  /// The viable share. *of:* the cells that a limit names; nil for any.
  func viability(of words: String?) -> Rational? {
    least { child, parent in
      child.isViable && !parent.isViable && child.depth == parent.depth && matches(parent, words)
    }
  }

  /// The share of T cells (depth 2) or CAR+ cells (depth 3) in what the limit names.
  func share(depth: Int, of words: String?) -> Rational? {
    least { child, parent in
      child.depth == depth && parent.depth < depth && child.isViable == parent.isViable
        && matches(parent, words)
    }
  }

  /// The counted cells' shares of every population on the way of one certificate: of the last parent,
  /// of the one before it, and so on. A share that 128 bits do not hold is left out.
  func ends(of density: CountedDensity) -> [Rational] {
    var ends: [Rational] = []
    var product: Rational? = .one
    for share in density.shares.reversed() {
      product = try? product?.times(share.value)
      if let product { ends.append(product) }
    }
    return ends
  }

  private func least(_ isMeant: (CellPopulation, CellPopulation) -> Bool) -> Rational? {
    var values: [Rational] = []
    for density in densities {
      let found = density.chain.first { percentage in
        guard let child = percentage.child, let parent = percentage.parent else { return false }
        return isMeant(child, parent)
      }
      guard let value = found?.value?.value else { return nil }
      values.append(value)
    }
    return values.min()
  }

  /// True when the limit names no cells, or these.
  private func matches(_ parent: CellPopulation, _ words: String?) -> Bool {
    guard let words, words != parent.rawValue else { return true }
    guard words.utf8.count > parent.rawValue.utf8.count else { return false }
    return words.replacing("CD3+ T cells", with: "T cells").replacing("CD3+ cells", with: "T cells")
      == parent.rawValue
  }
}
