import Foundation
import Testing

/// `thymus models`: check, show, plot and the pages of the catalogue.
@Suite("Models", .enabled(if: Tool.isBuilt, "the release binary is not built"))
struct ModelsTests {
  /// The files of the catalogue.
  static let shipped = ((try? Scratch.names(Tool.root + "/data/models")) ?? [])
    .filter { $0.hasSuffix(".thymus") }.map { String($0.dropLast(7)) }

  /// The catalogue's pages are those of its models, byte by byte. Catches: a model edited without
  /// `make docs`, a page without its model, a picture left over.
  @Test func pagesAreUpToDate() throws {
    try Scratch.folder { folder in
      let outcome = try Tool.run(["models", "page", "--all", "-o", folder])
      #expect(outcome.code == 0, "\(outcome.brief)")
      let kept = Tool.root + "/docs/models"
      let names = try Scratch.names(folder)
      #expect(try Scratch.names(kept) == names)
      var stale: [String] = []
      for name in names where Scratch.exists(kept + "/" + name) {
        if try Scratch.text(kept + "/" + name) != Scratch.text(folder + "/" + name) {
          stale.append(name)
        }
      }
      #expect(stale.isEmpty, "run 'make docs': \(stale.joined(separator: ", "))")
      for model in Self.shipped {
        #expect(names.contains(model + ".md") && names.contains(model + ".svg"))
      }
    }
  }

  /// Every shipped model is sound, says when to use it and when not, names a source, and carries the
  /// mark on every estimated parameter that has no own source. Catches: a remembered number that
  /// reads as a fact, a model without advice.
  @Test func catalogueIsComplete() throws {
    #expect(Self.shipped.count >= 15)
    for name in Self.shipped {
      let path = "data/models/\(name).thymus"
      let check = try Tool.run(["models", "check", path])
      #expect(check.code == 0, "\(check.brief)")
      #expect(check.errors.contains("W_MODEL_UNVERIFIED"), "\(name)")
      let text = try Scratch.text(Tool.root + "/" + path)
      let lines = text.split(separator: "\n")
      #expect(lines.contains { $0.hasPrefix("when \"Not ") }, "\(name) does not say when not")
      #expect(lines.filter { $0.hasPrefix("when ") }.count >= 2, "\(name) does not say when")
      #expect(lines.contains { $0.hasPrefix("source ") }, "\(name) names no source")
      // A prior or a value that was not read carries the mark; only choices of unit go without.
      let bare = lines.filter {
        $0.hasPrefix("param ") && !$0.hasSuffix("unverified") && !$0.hasSuffix("= 1 fixed")
          && !$0.hasSuffix("= 5 fixed")
      }
      #expect(bare.isEmpty, "\(name): \(bare.joined(separator: "\n"))")
    }
  }

  /// Every shipped model runs and stays finite, not negative and below 1e9 cells/mL for two weeks.
  /// Catches: a sign lost in a rate law, a model that cannot be started.
  @Test func everyModelRuns() throws {
    for name in Self.shipped {
      try Scratch.folder { folder in
        let outcome = try Tool.run(["models", "page", name, "-o", folder])
        #expect(outcome.code == 0, "\(name): \(outcome.brief)")
        let picture = try Scratch.text(folder + "/\(name).svg")
        #expect(picture.hasPrefix("<svg") && !picture.lowercased().contains("nan"), "\(name)")
      }
    }
  }

  /// A fault is told with line, column, a caret and a suggestion, and ends with 65. Catches: a first
  /// fault that hides the second, a caret at another place than the column.
  @Test func faultsAreShown() throws {
    try Scratch.folder { folder in
      let path = folder + "/my.thymus"
      try Scratch.write(
        """
        model my "A model with two faults"
        cells V [1e6 cells/mL] "viable cells"
        param mu [1/h] "growth" = 0.03 in 0.001 ... 0.1 log
        V(0) = 0.5 [1e6 cells/mL]
        V' = muu * V
        observe vcd [mmol/L] = V ~ lognormal(sd_ln: 0.1)
        """, to: path)
      let outcome = try Tool.run(["models", "check", path])
      #expect(outcome.code == 65 && outcome.out.isEmpty, "\(outcome.brief)")
      #expect(outcome.errors.contains("my.thymus:5:6: error "), "\(outcome.errors)")
      #expect(outcome.errors.contains("Did you mean 'mu'?"))
      #expect(outcome.errors.contains("    V' = muu * V\n         ^"), "\(outcome.errors)")
      #expect(outcome.errors.contains("my.thymus:6:"), "\(outcome.errors)")
    }
  }

  /// `show` prints equations, units, bounds and the mark. Catches: one of them lost.
  @Test func show() throws {
    let text = try Tool.run(["models", "show", "live_dead"]).text
    for part in ["V' = (mu * awake * brake - kd) * V", "unverified", "1,000,000 - 1E12", "- Not "] {
      #expect(text.contains(part), "\(part) is not in:\n\(text)")
    }
  }

  /// A plot is an SVG or a page by its file's ending. Catches: a picture without its curve, a file of
  /// the wrong kind.
  @Test func plot() throws {
    try Scratch.folder { folder in
      for (name, start) in [("x.svg", "<svg"), ("x.html", "<!doctype html>")] {
        let outcome = try Tool.run([
          "models", "plot", "live_dead", "--set", "mu=0.04 1/h", "--until", "14d", "-o",
          folder + "/" + name,
        ])
        #expect(outcome.code == 0 && outcome.errors.contains("unverified"), "\(outcome.brief)")
        let text = try Scratch.text(folder + "/" + name)
        #expect(text.lowercased().hasPrefix(start) && text.contains("viable cell density"))
      }
      let wrong = try Tool.run(["models", "plot", "live_dead", "-o", folder + "/x.png"])
      #expect(wrong.code == 64 && wrong.errors.contains(".svg"), "\(wrong.brief)")
      let missing = try Tool.run(["models", "plot", "live_daed", "-o", folder + "/y.svg"])
      #expect(missing.code == 65, "\(missing.brief)")
      #expect(try Scratch.names(folder) == ["x.html", "x.svg"])
    }
  }
}
