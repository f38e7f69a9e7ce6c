/// A dense real matrix, stored column by column.
///
/// Element (i, j) lies at `storage[i + rows * j]`; indices count from 0. Value semantics.
public struct Matrix: Equatable, Sendable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// The elements, column by column; always rows * columns of them.
  public private(set) var storage: [Double]

  /// The zero matrix. A negative size counts as 0.
  public init(rows: Int, columns: Int) {
    self.rows = max(rows, 0)
    self.columns = max(columns, 0)
    storage = [Double](repeating: 0, count: self.rows * self.columns)
  }

  /// A matrix over column-major elements.
  ///
  /// Throws `LinearAlgebraError.dimension` when the count is not rows * columns.
  public init(rows: Int, columns: Int, storage: [Double]) throws {
    try requireShape(
      rows >= 0 && columns >= 0 && storage.count == rows * columns,
      "\(storage.count) elements for \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    self.storage = storage
  }

  /// A matrix whose element (i, j) is `element(i, j)`.
  public init(rows: Int, columns: Int, element: (Int, Int) -> Double) {
    self.init(rows: rows, columns: columns)
    for j in 0..<self.columns {
      for i in 0..<self.rows { storage[i + self.rows * j] = element(i, j) }
    }
  }

  /// A matrix over elements that stand row by row; a last row that is not complete is left out.
  public init(columns: Int, rowByRow elements: [Double]) {
    let (n, m) = (max(columns, 0), columns > 0 ? elements.count / columns : 0)
    rows = m
    self.columns = n
    storage = elements.withUnsafeBufferPointer { from in
      [Double](unsafeUninitializedCapacity: m * n) { into, count in
        for j in 0..<n {
          for i in 0..<m { into.initializeElement(at: i + m * j, to: from[i * n + j]) }
        }
        count = m * n
      }
    }
  }

  /// Row i, from the first column on. `i` must be within the shape, as in an array.
  public func row(_ i: Int) -> [Double] { (0..<columns).map { self[i, $0] } }

  /// The identity matrix of order n.
  public static func identity(_ n: Int) -> Matrix {
    Matrix(rows: n, columns: n) { $0 == $1 ? 1 : 0 }
  }

  /// Element in row i, column j, counted from 0.
  ///
  /// *Edge case:* an index outside the matrix is a programming error and stops, as for an array.
  public subscript(i: Int, j: Int) -> Double {
    get {
      precondition(i >= 0 && i < rows && j >= 0 && j < columns, "matrix index out of range")
      return storage[i + rows * j]
    }
    set {
      precondition(i >= 0 && i < rows && j >= 0 && j < columns, "matrix index out of range")
      storage[i + rows * j] = newValue
    }
  }

  /// Column j as a vector.
  public func column(_ j: Int) -> [Double] { Array(storage[(rows * j)..<(rows * (j + 1))]) }

  /// The chosen columns, in the given order, each multiplied by its factor.
  public func selecting(_ chosen: [Int], scaledBy factors: [Double]) throws -> Matrix {
    try requireShape(chosen.count == factors.count, "one factor for each chosen column")
    try requireShape(chosen.allSatisfy { $0 >= 0 && $0 < columns }, "a chosen column is absent")
    return Matrix(rows: rows, columns: chosen.count) { i, k in
      storage[i + rows * chosen[k]] * factors[k]
    }
  }

  /// The transpose.
  public var transposed: Matrix { Matrix(rows: columns, columns: rows) { self[$1, $0] } }

  /// A x; length of x = columns. Throws `dimension`.
  public func times(_ x: [Double]) throws -> [Double] {
    try requireShape(x.count == columns, "\(rows) x \(columns) times a vector of \(x.count)")
    var product = [Double](repeating: 0, count: rows)
    for j in 0..<columns {
      let factor = x[j]
      let start = rows * j
      for i in 0..<rows { product[i] += storage[start + i] * factor }
    }
    return product
  }

  /// A^T y; length of y = rows. Throws `dimension`.
  public func transposedTimes(_ y: [Double]) throws -> [Double] {
    try requireShape(y.count == rows, "transpose of \(rows) x \(columns) times \(y.count)")
    return (0..<columns).map { j in
      var sum = 0.0
      let start = rows * j
      for i in 0..<rows { sum += storage[start + i] * y[i] }
      return sum
    }
  }

  /// A B. Throws `dimension`.
  public func times(_ other: Matrix) throws -> Matrix {
    try requireShape(
      columns == other.rows, "\(rows) x \(columns) times \(other.rows) x \(other.columns)")
    var product: [Double] = []
    product.reserveCapacity(rows * other.columns)
    for j in 0..<other.columns { product += try times(other.column(j)) }
    return try Matrix(rows: rows, columns: other.columns, storage: product)
  }

  /// Euclidean norm of each column, safe against overflow of the squares.
  public var columnNorms: [Double] { (0..<columns).map { euclideanNorm(column($0)) } }

  /// True when no element is NaN or infinite.
  public var isFinite: Bool { allFinite(storage) }
}

/// Euclidean norm, sqrt(sum x_i^2), safe against overflow and underflow of the squares.
///
/// NaN gives NaN.
public func euclideanNorm(_ x: [Double]) -> Double {
  var sum = 0.0
  for value in x { sum += value * value }
  if sum > 1e-280 && sum < 1e280 { return sum.squareRoot() }
  var largest = 0.0
  for value in x {
    if value.isNaN { return .nan }
    largest = max(largest, abs(value))
  }
  guard largest > 0, largest.isFinite else { return largest }
  sum = 0
  for value in x { sum += (value / largest) * (value / largest) }
  return largest * sum.squareRoot()
}

/// Inner product, sum a_i b_i, over the shorter length.
public func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in 0..<min(a.count, b.count) { sum += a[i] * b[i] }
  return sum
}

/// The power of two nearest below 1 / x, or 1 when x is 0 or not finite.
///
/// Multiplying by a power of two rounds nothing, so scaling cannot change the digits of an answer.
func exactScale(_ x: Double) -> Double {
  guard x > 0, x.isFinite, x.exponent > -1000, x.exponent < 1000 else { return 1 }
  return Double(sign: .plus, exponent: -x.exponent - 1, significand: 1)
}
