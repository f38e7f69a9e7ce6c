import Quantities
import RunRecords
import Testing

@testable import RunFiles

@Suite("Platform files")
struct PlatformTests {
  static let data = DataFolder(path: TestFiles.folder + "/../../data")

  static let good = """
    platform: toy
    title: Toy vessel
    capacity:
      per_area: 2e7 cells/cm2
      sd_ln: 0.5
    geometry:
      area: 100 cm2
      oxygen_transfer: 5 1/h
    volume:
      least: 50 mL
      most: 300 mL
    operations: [seed, feed, harvest]
    cell_sampling: false
    retention: 95 %
    perfused: vessel
    standing:
      capacity: read
      geometry.area: unverified
      geometry.oxygen_transfer: read
      volume.least: read
      volume.most: unverified
      retention: read
    sources: [a paper]
    """

  /// Every field arrives in base units. Catches: cells not in millions, per cent kept as number, a
  /// field lost, the standing of the area left out of the capacity's.
  @Test func everyField() throws {
    let p = try PlatformFile.read(Self.good, file: "toy.yaml")
    #expect(p.name == "toy" && p.title == "Toy vessel" && p.sources == ["a paper"])
    #expect(p.capacity == .perArea(20) && p.capacitySDLn == 0.5)
    #expect(p.quantity("area") == .init(100, .unverified))
    #expect(p.quantity("oxygen_transfer") == .init(5, .read))
    #expect(p.quantity("lumen") == nil && p.quantity("width") == nil)
    #expect(p.leastVolume == .init(50, .read) && p.mostVolume == .init(300, .unverified))
    #expect(p.operations == [.seed, .feed, .harvest] && !p.allowsCellSampling)
    #expect(p.retention == .init(0.95, .read) && p.perfused == .vessel)
    let prior = p.capacityPrior(volume: nil)
    #expect(prior?.median == 2000 && prior?.sdLn == 0.5 && prior?.isUnverified == true)
  }

  /// Capacity by density needs the volume, by cells nothing. Catches: rules confused.
  @Test func capacityRules() throws {
    var platform = Platform(name: "x", capacity: .density(3), capacityStanding: .read)
    #expect(platform.capacityPrior(volume: nil) == nil)
    #expect(platform.capacityPrior(volume: 200)?.median == 600)
    #expect(platform.capacityPrior(volume: 200)?.isUnverified == false)
    platform.capacity = .cells(4000)
    #expect(platform.capacityPrior(volume: nil)?.median == 4000)
    platform.capacity = .perArea(1)
    #expect(platform.capacityPrior(volume: 200) == nil)
    platform.capacity = nil
    #expect(platform.capacityPrior(volume: 200) == nil)
  }

  /// Each fault at its line and column, several at once. Catches: a default in place of an error.
  @Test func faults() {
    func codes(_ change: (String) -> String) -> [String] {
      TestFiles.refusal { _ = try PlatformFile.read(change(Self.good), file: "t") }
        .map { "\($0.place.line):\($0.place.column) \($0.code)" }
    }
    func swap(_ a: String, _ b: String) -> [String] {
      codes { text in
        text.split(separator: "\n", omittingEmptySubsequences: false)
          .map { $0 == a ? b : String($0) }.joined(separator: "\n")
      }
    }
    #expect(
      swap("title: Toy vessel", "titel: Toy vessel") == [
        "1:1 E_PLATFORM_MISSING", "2:1 E_PLATFORM_KEY",
      ])
    #expect(swap("  area: 100 cm2", "  area: 100 m2") == ["7:9 E_PLATFORM_UNIT"])
    #expect(swap("  area: 100 cm2", "  area: 100") == ["7:9 E_PLATFORM_UNIT"])
    #expect(swap("  area: 100 cm2", "  area: -1 cm2") == ["7:9 E_PLATFORM_VALUE"])
    #expect(swap("  most: 300 mL", "  most: 30 mL") == ["10:3 E_PLATFORM_VALUE"])
    #expect(swap("retention: 95 %", "retention: 101 %") == ["14:12 E_PLATFORM_VALUE"])
    #expect(swap("perfused: vessel", "perfused: lumen") == ["15:11 E_PLATFORM_WORD"])
    #expect(swap("perfused: vessel", "perfused: extracapillary") == ["15:11 E_PLATFORM_MISSING"])
    #expect(swap("  retention: read", "  retention: maybe") == ["22:14 E_PLATFORM_WORD"])
    #expect(swap("  retention: read", "") == ["14:12 E_PLATFORM_STANDING"])
    #expect(swap("retention: 95 %", "") == ["22:3 E_PLATFORM_STANDING"])
    #expect(
      swap("operations: [seed, feed, harvest]", "operations: [seed, fed]") == [
        "12:20 E_PLATFORM_WORD"
      ])
    #expect(swap("  sd_ln: 0.5", "  sd_ln: 0.5\n  cells: 4e9 cells") == ["4:3 E_PLATFORM_CAPACITY"])
    #expect(swap("sources: [a paper]", "sources: []") == ["23:10 E_PLATFORM_MISSING"])
    #expect(swap("title: Toy vessel", "title: [") == ["4:11 E_PLATFORM_YAML"])
    let hint = TestFiles.refusal {
      _ = try PlatformFile.platform(named: "prodigi", data: Self.data)
    }
    #expect(hint.first?.cause.contains("Did you mean 'prodigy'?") == true)
  }

  /// All shipped files can be read, under their own names, and nothing remembered is called read.
  @Test func shipped() throws {
    let names = PlatformFile.names(Self.data)
    #expect(
      names == [
        "cocoon", "flask", "grex100m", "grex500m", "prodigy", "quantum", "static_bag",
        "stirred_tank", "stirred_tank_perfused", "xuri",
      ])
    for name in names {
      let platform = try PlatformFile.platform(named: name, data: Self.data)
      #expect(platform.name == name && platform.capacity != nil)
    }
    let quantum = try PlatformFile.platform(named: "quantum", data: Self.data)
    #expect(quantum.perfused == .extracapillary && !quantum.allowsCellSampling)
    #expect(quantum.quantity("extracapillary")?.standing == .unverified)
    let small = try PlatformFile.platform(named: "grex100m", data: Self.data)
    let large = try PlatformFile.platform(named: "grex500m", data: Self.data)
    #expect(small.capacityPrior(volume: nil)?.median == 2500)
    #expect(large.capacityPrior(volume: nil)?.median == 12500)
  }
}
