import Lanes

/// Rows of coefficients without their zeros, in memory of their own.
@usableFromInline
struct CoefficientRows {
  /// One coefficient and where its block of numbers begins.
  @usableFromInline
  struct Term {
    @usableFromInline var offset: Int
    @usableFromInline var factor: Double

    @usableFromInline
    init(offset: Int, factor: Double) {
      self.offset = offset
      self.factor = factor
    }
  }

  @usableFromInline let terms: UnsafeMutablePointer<Term>
  /// Row r holds terms starts[r] ..< starts[r + 1].
  @usableFromInline let starts: UnsafeMutablePointer<Int>

  /// Keeps `rows`; entry j belongs to the block that begins at j * stride.
  @usableFromInline
  init(_ rows: [[Double]], stride: Int) {
    let kept = rows.map { row in
      row.enumerated().filter { $1 != 0 }.map { Term(offset: $0 * stride, factor: $1) }
    }
    let flat = kept.flatMap { $0 }
    terms = .allocate(capacity: max(flat.count, 1))
    terms.initialize(from: flat, count: flat.count)
    starts = .allocate(capacity: rows.count + 1)
    var position = 0
    for (row, entries) in kept.enumerated() {
      (starts + row).initialize(to: position)
      position += entries.count
    }
    (starts + rows.count).initialize(to: position)
  }

  @usableFromInline
  func deallocate() {
    terms.deallocate()
    starts.deallocate()
  }

  /// target_i = base_i + step * sum over row's terms of factor * blocks_(offset + i).
  @inlinable @inline(__always)
  func combine<Number: Lane>(
    _ row: Int, of blocks: UnsafePointer<Number>, count: Int, step: Double,
    base: UnsafePointer<Number>, into target: UnsafeMutablePointer<Number>
  ) {
    let first = terms + starts[row]
    let length = starts[row + 1] - starts[row]
    guard length > 0 else {
      target.update(from: base, count: count)
      return
    }
    var i = 0
    // Plain numbers go four at a time, which the compiler turns into wide instructions.
    if MemoryLayout<Number>.size <= 8 {
      while i + 4 <= count {
        let block = blocks + i
        let factor = first[0].factor
        let from = block + first[0].offset
        var a = Number.scaled(from[0], by: factor)
        var b = Number.scaled(from[1], by: factor)
        var c = Number.scaled(from[2], by: factor)
        var d = Number.scaled(from[3], by: factor)
        for t in 1..<max(length, 1) {
          let factor = first[t].factor
          let from = block + first[t].offset
          a = Number.axpy(factor, from[0], a)
          b = Number.axpy(factor, from[1], b)
          c = Number.axpy(factor, from[2], c)
          d = Number.axpy(factor, from[3], d)
        }
        target[i] = Number.axpy(step, a, base[i])
        target[i + 1] = Number.axpy(step, b, base[i + 1])
        target[i + 2] = Number.axpy(step, c, base[i + 2])
        target[i + 3] = Number.axpy(step, d, base[i + 3])
        i += 4
      }
    }
    while i < count {
      let sum = self.sum(row, of: blocks + i)
      target[i] = Number.axpy(step, sum, base[i])
      i += 1
    }
  }

  /// The sum over a row's terms of factor * block_offset; zero for an empty row.
  @inlinable @inline(__always)
  func sum<Number: Lane>(_ row: Int, of block: UnsafePointer<Number>) -> Number {
    let first = terms + starts[row]
    let length = starts[row + 1] - starts[row]
    guard length > 0 else { return Number(0) }
    var sum = Number.scaled(block[first[0].offset], by: first[0].factor)
    for t in 1..<max(length, 1) {
      sum = Number.axpy(first[t].factor, block[first[t].offset], sum)
    }
    return sum
  }
}
