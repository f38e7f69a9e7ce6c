// swift-tools-version: 6.2
import PackageDescription

/// Every room compiles in Swift 6 mode with warnings as errors.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

func room(_ name: String, _ imports: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: imports, swiftSettings: strict)
}

/// A bundle of tests is compiled without optimisation: the rooms under test stay optimised, and the
/// build takes half the time.
func tests(_ name: String, _ imports: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: imports, exclude: exclude,
    swiftSettings: strict + [.unsafeFlags(["-Onone"])])
}

let package = Package(
  name: "thymus",
  products: [
    .executable(name: "thymus", targets: ["thymus"]),
    .library(
      name: "Thymus",
      targets: [
        "Quantities", "Dosing", "ModelLanguage", "Integration", "Bioreactor", "Inference",
        "Population",
        "Harvest", "RunFiles", "Reports",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // 0  System libraries and leaves
    // Loads OpenBLAS at the first call; links nothing.
    .target(name: "CLAPACK"),
    .systemLibrary(
      name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    room("Quantities"),
    room("Randomness"),
    room("Lanes"),
    // 1  Facts and dense algebra
    room("LinearAlgebra", ["CLAPACK"]),
    room("RunRecords", ["Quantities"]),
    room("Dosing", ["Quantities"]),
    room("DosingCheck", ["Quantities"]),
    // 2  Numerical methods and the model text
    room("Integration", ["Lanes"]),
    room("ModelLanguage", ["Quantities", "Lanes"]),
    room("Statistics", ["LinearAlgebra", "Randomness"]),
    // 3  The vessel
    room("Bioreactor", ["RunRecords", "ModelLanguage", "Integration", "Lanes", "Quantities"]),
    // 4  Estimation
    room(
      "Inference",
      [
        "Bioreactor", "Statistics", "LinearAlgebra", "Randomness", "ModelLanguage", "Integration",
        "RunRecords", "Quantities",
      ]),
    // 4b  Donors
    room(
      "Population",
      [
        "Inference", "Bioreactor", "ModelLanguage", "Statistics", "LinearAlgebra", "Randomness",
        "Lanes", "RunRecords", "Quantities",
      ]),
    // 5  The decision
    room(
      "Harvest",
      [
        "Population", "Inference", "Bioreactor", "ModelLanguage", "Statistics", "LinearAlgebra",
        "Randomness", "Dosing", "RunRecords", "Quantities",
      ]),
    // 5b The facility
    room("Capacity", ["Statistics", "Randomness", "Quantities"]),
    // 6  Files
    room(
      "RunFiles",
      ["RunRecords", "ModelLanguage", "Capacity", "Dosing", "Quantities", "CSodium", "Yams"]),
    // 7  Pages and tables
    room(
      "Reports",
      [
        "Harvest", "Capacity", "Population", "Inference", "Bioreactor", "ModelLanguage",
        "Statistics", "LinearAlgebra", "RunFiles", "RunRecords", "Dosing", "Quantities",
      ]),
    // 7b The gate over locked reference runs
    room(
      "Regression",
      [
        "Reports", "RunFiles", "Harvest", "Inference", "Bioreactor", "ModelLanguage", "RunRecords",
        "Dosing", "DosingCheck", "Quantities",
      ]),
    // 8  The command
    .executableTarget(
      name: "thymus",
      dependencies: [
        "Regression", "Reports", "RunFiles", "Harvest", "Capacity", "Population", "Inference",
        "Bioreactor", "ModelLanguage", "LinearAlgebra", "RunRecords", "Dosing", "DosingCheck",
        "Quantities",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: strict),
    // Tests, one bundle a room
    tests("QuantitiesTests", ["Quantities"]),
    tests("RandomnessTests", ["Randomness"]),
    tests("LanesTests", ["Lanes"]),
    tests("LinearAlgebraTests", ["LinearAlgebra"]),
    tests(
      "DosingTests", ["Dosing", "DosingCheck", "RunFiles", "Quantities"], exclude: ["Records"]),
    tests("IntegrationTests", ["Integration", "Lanes"]),
    tests("ModelLanguageTests", ["ModelLanguage", "Quantities", "Lanes"]),
    tests(
      "StatisticsTests", ["Statistics", "LinearAlgebra", "Randomness"], exclude: ["Records"]),
    tests(
      "BioreactorTests",
      ["Randomness", "Bioreactor", "ModelLanguage", "RunRecords", "Integration", "Quantities"]),
    tests(
      "InferenceTests",
      [
        "Inference", "Bioreactor", "ModelLanguage", "RunFiles", "RunRecords", "LinearAlgebra",
        "Statistics", "Randomness", "Lanes", "Quantities",
      ], exclude: ["Records"]),
    tests(
      "PopulationTests",
      [
        "Population", "Inference", "Bioreactor", "ModelLanguage", "RunRecords", "LinearAlgebra",
        "Statistics", "Randomness", "Lanes", "Quantities",
      ], exclude: ["Records"]),
    tests(
      "HarvestTests",
      [
        "Harvest", "Population", "Inference", "Bioreactor", "ModelLanguage", "Statistics",
        "Randomness", "RunRecords", "Quantities",
      ]),
    tests(
      "CapacityTests", ["Capacity", "RunFiles", "Randomness", "Statistics", "Quantities"],
      exclude: ["Records"]),
    tests("RunFilesTests", ["RunFiles", "RunRecords", "Quantities"], exclude: ["Bad", "Odd"]),
    tests("ReportsTests", ["Reports", "Capacity", "Population", "RunFiles", "Quantities"]),
    tests("CommandTests", ["Quantities", "RunFiles"]),
  ]
)
