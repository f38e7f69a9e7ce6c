import CLAPACK

/// The threads of the BLAS library itself.
public enum BLASThreads {
  /// Makes the library work on the calling thread alone.
  ///
  /// Sums are split differently for another number of threads, which changes the last bits; the
  /// program's parallelism is over runs and starts. Call once at start, before any other use.
  public static func useOne() { openblas_set_num_threads(1) }

  /// How many threads the library would use now.
  public static var current: Int { Int(openblas_get_num_threads()) }
}

/// What the BLAS library says of itself, for the provenance of a result.
public struct BLASInfo: Equatable, Sendable {
  /// Version and build options, e.g. "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...".
  public let configuration: String
  /// The kernels chosen for this processor, e.g. "Zen". Equal bits need an equal core name.
  public let core: String

  /// Asks the library. A library that keeps silent gives "unknown".
  public init() {
    configuration = BLASInfo.text(openblas_get_config())
    core = BLASInfo.text(openblas_get_corename())
  }

  private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
    guard let pointer else { return "unknown" }
    return String(cString: pointer)
  }
}
