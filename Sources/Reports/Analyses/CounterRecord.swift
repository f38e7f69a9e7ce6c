import Quantities
import Statistics

/// Machine-readable results of a dilution series.
public enum CounterRecord {
  /// The record of a file's series.
  public static func record(
    _ evaluations: [CounterEvaluation], notes: [Finding], provenance: Provenance
  ) -> JSONValue {
    .object([
      "schema": .string("thymus.counter/1"), "series": .array(evaluations.map(series)),
      "findings": .array(notes.map { .string($0.description) }), "provenance": provenance.json,
    ])
  }

  private static func series(_ e: CounterEvaluation) -> JSONValue {
    let v = e.variance
    let trend = v.trend.map { trend -> JSONValue in
      .object([
        "exponent": Record.number(trend.exponent), "p": Record.number(trend.pValue),
        "cv_extra_lowest": Record.number(trend.cvLowest),
        "cv_extra_highest": Record.number(trend.cvHighest),
      ])
    }
    return .object([
      "counter": e.file.counter.map { .string($0) } ?? .null,
      "cells": .string(e.file.kind.rawValue), "readings": .int(e.file.readings.count),
      "stock_1e6_per_mL": Record.number(e.line.stock), "r_squared": Record.number(e.line.rSquared),
      "proportionality_index": Record.number(e.line.index),
      "proportionality_index_sum": Record.number(e.line.indexSum),
      "proportionality_index_of_scatter": Record.number(e.line.indexOfScatter),
      "proportionality_p": Record.number(e.line.pValue),
      "counting_included": .bool(!v.isBeyondCounting),
      "cv_extra": Record.number(v.cvExtra), "cv_extra_low95": Record.number(v.low),
      "cv_extra_high95": Record.number(v.high), "cv_between": Record.number(v.cvBetween),
      "cv_within": Record.number(v.cvWithin), "dispersion": Record.number(v.dispersion),
      "dispersion_p": Record.number(v.dispersionP),
      "dispersion_within": Record.number(v.dispersionWithin),
      "dispersion_within_p": Record.number(v.dispersionWithinP), "trend": trend ?? .null,
      "prior_median": Record.number(v.prior?.median), "prior_sd_ln": Record.number(v.prior?.sdLn),
      "model_line": e.modelLine.map { .string($0) } ?? .null,
      "fractions": .array(e.line.levels.map(level)),
    ])
  }

  private static func level(_ level: DilutionProportionality.Level) -> JSONValue {
    .object([
      "fraction": Record.number(level.fraction), "preparations": .int(level.preparations),
      "mean_1e6_per_mL": Record.number(level.mean), "line_1e6_per_mL": Record.number(level.fitted),
      "deviation": Record.number(level.deviation), "cv_within": Record.number(level.cvWithin),
      "cv_between": Record.number(level.cvBetween), "cv_counting": Record.number(level.cvCounting),
      "cells_a_count": Record.number(level.cells),
    ])
  }
}
