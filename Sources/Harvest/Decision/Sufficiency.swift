/// How probable it is that so many cells are enough, averaged over the losses and the CAR+ share.
///
/// Both are laid out at the middles of equally probable parts, every pair counted: n viable cells are
/// enough for a pair when n >= need / share. That takes the noise of drawing losses and shares out of
/// the probabilities of a decision; what is left is that of the culture's draws.
struct Sufficiency {
  /// Cells that are enough, one a pair, ascending, 1e6.
  private let enough: [Double]
  private let pairs: Double

  /// `needs` are cells to harvest; `shares` CAR+ shares, nil where cells are CAR+ cells already.
  /// Pairs of shares that `counts` refuses are never enough.
  init(needs: [Double], shares: [Double]?, counts: (Double) -> Bool = { _ in true }) {
    guard let shares else {
      (enough, pairs) = (needs.sorted(), Double(needs.count))
      return
    }
    var found: [Double] = []
    found.reserveCapacity(needs.count * shares.count)
    for share in shares where counts(share) && share > 0 {
      for need in needs { found.append(need / share) }
    }
    (enough, pairs) = (found.sorted(), Double(needs.count * shares.count))
  }

  /// The share of pairs for which that many cells are enough; 0 for NaN.
  func probability(_ cells: Double) -> Double {
    var (low, high) = (0, enough.count)
    while low < high {
      let middle = (low + high) / 2
      if enough[middle] <= cells { low = middle + 1 } else { high = middle }
    }
    return Double(low) / pairs
  }
}
