import ModelLanguage
import RunRecords

@testable import Inference

/// Negative log-likelihood of one reading with its slopes by the mean on the family's scale and by
/// ln s, computed elsewhere.
struct CountRecord {
  let family: NoiseFamily
  let reading: Observation.Reading
  let mean: Double
  let scale: Double
  let value: Double
  let gradient: (mean: Double, scale: Double)
  let exposure: Double?

  init(
    _ family: NoiseFamily, _ reading: Observation.Reading, _ mean: Double, _ scale: Double,
    _ value: Double, _ byMean: Double, _ byScale: Double, exposure: Double? = nil
  ) {
    (self.family, self.reading, self.mean, self.scale) = (family, reading, mean, scale)
    (self.value, self.gradient, self.exposure) = (value, (byMean, byScale), exposure)
  }

  /// The counted cells; nil for a reading that is not counted.
  var count: Observation.Count? {
    exposure.map { Observation.Count(cells: reading, exposure: $0) }
  }

  /// Its term.
  var term: NoiseTerm? { term(mean, scale) }

  /// Its term at another mean and scale.
  func term(_ mean: Double, _ scale: Double) -> NoiseTerm? {
    NoiseTerm.evaluate(
      reading: reading, count: count, family: family, mean: mean, scale: scale)
  }
}

/// Printed by Records/count_terms.py with mpmath 1.3, 40 digits.
let countRecords = [
  CountRecord(
    .negativeBinomial, .exact(140), 0.2, 0.3, 4.8020067678138438, -1.4892256238245,
    0.75799124864906, exposure: 100),
  CountRecord(
    .negativeBinomial, .exact(0), 0.2, 0.3, 27.60324291998513, 10.184615762954, -34.837254314062,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .exact(600), 0.2, 0.3, 30.436777174510927, -39.846133037526,
    -44.850102234687, exposure: 100),
  CountRecord(
    .negativeBinomial, .below(140), 0.2, 0.3, 0.35207336918233249, 1.6351082726776,
    0.14782814483487, exposure: 100),
  CountRecord(
    .negativeBinomial, .below(1), 0.2, 0.3, 27.60324291998513, 10.184615762954, -34.837254314062,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .above(140), 0.2, 0.3, 1.2428583873988381, -3.9424396631067,
    -0.38183814704743, exposure: 100),
  CountRecord(
    .negativeBinomial, .above(400), 0.2, 0.3, 14.34445136834204, -24.516759418423, -22.16558772617,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .between(100, 140), 0.2, 0.3, 0.88433273109350621, 0.24665843189665,
    0.83507464633861, exposure: 100),
  CountRecord(
    .negativeBinomial, .between(140, 140), 0.2, 0.3, 4.8020067678138438, -1.4892256238245,
    0.75799124864906, exposure: 100),
  CountRecord(
    .negativeBinomial, .exact(5), -3, 0.15, 1.7938375289912489, -0.019148168114747,
    0.10183536184556, exposure: 100),
  CountRecord(
    .negativeBinomial, .exact(0), -3, 0.15, 4.7190664025734371, 4.4771701859643, -0.48379243321833,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .below(1), -3, 0.15, 4.7190664025734371, 4.4771701859643, -0.48379243321833,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .above(9), -3, 0.15, 3.2444847918144725, -5.2629385982442, -0.39992787891559,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .between(2, 7), -3, 0.15, 0.21184018600460248, 0.41593486562738,
    0.04419522904228, exposure: 100),
  CountRecord(
    .negativeBinomial, .exact(270), 1, 1e-4, 3.724621046506045, 1.8281778764018, 2.6665703751346e-6,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .below(200), 1, 1e-4, 13.049656681489037, 75.329061535972,
    -5.4860664680475e-5, exposure: 100),
  CountRecord(
    .negativeBinomial, .above(330), 1, 1e-4, 8.1822162483415374, -63.185033309392,
    -3.6755767183593e-5, exposure: 100),
  CountRecord(
    .negativeBinomial, .between(260, 300), 1, 1e-4, 0.31662030294916199, -4.7039626701032,
    1.4617458822805e-6, exposure: 100),
  CountRecord(
    .negativeBinomial, .exact(30), 0.5, 1.2, 5.2379680859178737, 0.56570114665929,
    -0.021992857294987, exposure: 100),
  CountRecord(
    .negativeBinomial, .below(10), 0.5, 1.2, 2.1313933267001975, 0.6762127380401, -3.3268542140966,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .above(900), 0.5, 1.2, 4.5254288176355105, -4.0302138941403,
    -4.2115007086984, exposure: 100),
  CountRecord(
    .negativeBinomial, .between(1, 50), 0.5, 1.2, 1.1268511080995726, 0.60398012408456,
    -0.96376112768, exposure: 100),
  CountRecord(
    .poisson, .exact(140), 0.2, 0, 4.6367439245790617, -17.859724183983, 0.0, exposure: 100),
  CountRecord(.poisson, .exact(0), 0.2, 0, 122.14027581601698, 122.14027581602, 0.0, exposure: 100),
  CountRecord(.poisson, .below(90), 0.2, 0, 6.8947168394018622, 35.40764695303, 0.0, exposure: 100),
  CountRecord(
    .poisson, .above(180), 0.2, 0, 14.759873537509362, -60.781672474297, 0.0, exposure: 100),
  CountRecord(
    .poisson, .between(110, 135), 0.2, 0, 0.27423639918350214, -0.080098978174616, 0.0,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .exact(700), 2, 0.1, 5.3613275123002039, 4.637662382306, 0.65467150032279,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .below(500), 2, 0.1, 7.9427930098224147, 30.396770733256, -10.911564805306,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .above(1100), 2, 0.1, 10.635665317391096, -45.815218920832, -15.308368816536,
    exposure: 100),
  CountRecord(
    .negativeBinomial, .between(1, 400), 2, 0.1, 15.620881013151357, 41.492080925738,
    -23.455975020569, exposure: 100),
  CountRecord(
    .negativeBinomial, .exact(10300000), 0, 0.05, 14.247560576607353, -11.999520019199,
    0.64744758570154, exposure: 10000000),
  CountRecord(
    .poisson, .exact(10005000), 0, 0, 10.228028023268207, -5000.0, 0.0, exposure: 10000000),
  CountRecord(
    .negativeBinomial, .exact(9999000), 0, 1e-5, 9.028387781432722, 999.000999001,
    0.0008991008924775, exposure: 10000000),
  CountRecord(
    .betaBinomial(counted: nil), .exact(180), 2, 40, 3.2796319290659369, -0.36077027554578,
    -0.36927303017241, exposure: 200),
  CountRecord(
    .betaBinomial(counted: nil), .exact(200), 2, 40, 8.8455466447681664, -8.0246684400181,
    4.7696770500527, exposure: 200),
  CountRecord(
    .betaBinomial(counted: nil), .exact(0), 2, 40, 86.494145338219123, 16.236190480017,
    53.655550851369, exposure: 200),
  CountRecord(
    .betaBinomial(counted: nil), .below(150), 2, 40, 3.8920847578000633, 4.2777974326261,
    1.8776962273534, exposure: 200),
  CountRecord(
    .betaBinomial(counted: nil), .above(190), 2, 40, 2.6243421666930589, -3.9412989104723,
    1.3292721962501, exposure: 200),
  CountRecord(
    .betaBinomial(counted: nil), .between(170, 180), 2, 40, 1.0224938283358732, 0.43803799632599,
    -0.40230754028912, exposure: 200),
  CountRecord(
    .betaBinomial(counted: nil), .exact(0), -4, 3, 0.16447996129701593, 0.16206698448989,
    0.10350733300409, exposure: 50),
  CountRecord(
    .betaBinomial(counted: nil), .exact(9), -4, 3, 5.51080072311217, -0.96974505844201,
    -0.48425999226225, exposure: 50),
  CountRecord(
    .betaBinomial(counted: nil), .below(2), -4, 3, 0.11384655273425392, 0.11353175092196,
    0.05693454105048, exposure: 50),
  CountRecord(
    .betaBinomial(counted: nil), .above(5), -4, 3, 2.9675908911247992, -0.9903565273066,
    -0.12305580861672, exposure: 50),
  CountRecord(
    .betaBinomial(counted: nil), .between(1, 3), -4, 3, 2.5122470109084616, -0.84926590247781,
    -0.83082330752942, exposure: 50),
  CountRecord(
    .betaBinomial(counted: nil), .exact(170), 0.4, 1e6, 3.7045752994849765, 9.6034191043968,
    3.8028971701971e-5, exposure: 300),
  CountRecord(
    .betaBinomial(counted: nil), .below(150), 0.4, 1e6, 8.4145981923700747, 32.29797782182,
    0.0020163297931111, exposure: 300),
  CountRecord(
    .betaBinomial(counted: nil), .above(210), 0.4, 1e6, 9.1409296748997487, -32.875805540533,
    0.0021197784647543, exposure: 300),
  CountRecord(
    .betaBinomial(counted: nil), .between(180, 200), 0.4, 1e6, 0.69303870239093964,
    -6.4714576996413, -1.3471765661502e-5, exposure: 300),
  CountRecord(
    .betaBinomial(counted: nil), .exact(0), 0.1, 0.5, 1.5544878193702573, 0.92711550507746,
    0.71366890545169, exposure: 20),
  CountRecord(
    .betaBinomial(counted: nil), .exact(11), 0.1, 0.5, 3.9650993062655909, 0.027720748650444,
    -0.77248178769532, exposure: 20),
  CountRecord(
    .betaBinomial(counted: nil), .below(4), 0.1, 0.5, 1.0884352079334925, 0.72095808812616,
    0.29744558152699, exposure: 20),
  CountRecord(
    .betaBinomial(counted: nil), .above(18), 0.1, 0.5, 1.1538628351995722, -0.76845311341161,
    0.4455017273783, exposure: 20),
  CountRecord(
    .betaBinomial(counted: nil), .between(5, 15), 0.1, 0.5, 1.493854692087959, 0.052518501460351,
    -0.74156230840976, exposure: 20),
  CountRecord(
    .betaBinomial(counted: nil), .exact(1), 1, 5, 0.31326168751822283, -0.26894142137,
    -2.2958874039498e-31, exposure: 1),
  CountRecord(
    .betaBinomial(counted: nil), .exact(0), 1, 5, 1.3132616875182228, 0.73105857863, 0.0,
    exposure: 1),
  CountRecord(
    .lognormal, .between(1.1, 1.4), 0.2, 0.3, 1.1652179104159637, -0.16726404793385,
    0.94478653858512),
  CountRecord(
    .lognormal, .between(4, 5), 0.2, 0.3, 10.202853717699881, -13.856069039677, -16.308415887426),
  CountRecord(
    .lognormal, .between(1.2, 1.200001), 0.2, 0.3, 13.714534441538992, 0.19642251710601,
    0.99652763752899),
  CountRecord(
    .lognormal, .between(0.1, 9), 0.2, 0.3, 1.39342858999319e-11, 3.1591183413458e-10,
    6.3095151506354e-10),
  CountRecord(
    .normal, .between(1.1, 1.4), 2.1, 0.3, 4.6685074773765836, 8.7644380494947, -5.9707943704167),
  CountRecord(
    .normal, .between(4, 5), 2.1, 0.3, 22.843860876791003, -21.613964109402, -41.066531807806),
  CountRecord(
    .normal, .between(-1, 2), 2.1, 0.3, 0.99576330577923025, 3.404990063351, -0.3404990063351),
  CountRecord(
    .logitNormal, .between(0.7, 0.8), 1.3, 0.3, 0.60231360369641415, 1.5523897396374,
    0.55322853442298),
  CountRecord(
    .logitNormal, .between(0.05, 0.1), 1.3, 0.3, 71.32977416359022, 39.139930585128,
    -136.88112719754),
  CountRecord(
    .logitNormal, .between(0.9, 0.99), 1.3, 0.3, 6.5773927040569769, -10.915004557352,
    -9.793210350593),
  CountRecord(
    .studentT(df: 4), .between(1.1, 1.4), 2.1, 0.3, 3.6701699139375513, 3.9595611684951,
    -2.2409614091965),
  CountRecord(
    .studentT(df: 4), .below(1.1), 2.1, 0.3, 4.2330769928936018, 3.1061396218183, -3.1061396218183),
  CountRecord(
    .studentT(df: 4), .above(1.1), 2.1, 0.3, 0.014613947209890748, -0.045726267287283,
    0.045726267287283),
  CountRecord(
    .studentT(df: 4), .between(40, 50), 2.1, 0.3, 18.755076301285441, -0.1197173716865,
    -3.9989634462773),
  CountRecord(
    .studentT(df: 4), .below(40), 2.1, 0.3, 1.177248239808543e-8, 1.2422189263867e-9,
    4.7080097310055e-8),
  CountRecord(
    .studentT(df: 4), .above(40), 2.1, 0.3, 18.257501034870384, -0.10551885975015, -3.9991647845307),
  CountRecord(
    .studentT(df: 4), .between(2, 2.00001), 2.1, 0.3, 11.358272592574992, 1.3512874355887,
    0.864878012787),
  CountRecord(
    .studentT(df: 4), .below(2), 2.1, 0.3, 0.97335971694728291, 3.089489394606, -0.3089489394606),
  CountRecord(
    .studentT(df: 4), .above(2), 2.1, 0.3, 0.47451227953421536, -1.8760310382905, 0.18760310382905),
  CountRecord(
    .studentT(df: 4), .between(-900, 2.5), 2.1, 0.3, 0.13541213003958582, 0.57077723947271,
    0.22831089578925),
  CountRecord(
    .studentT(df: 4), .below(-900), 2.1, 0.3, 30.936181180581862, 0.0044340965806547,
    -3.9999985254086),
  CountRecord(
    .studentT(df: 4), .above(-900), 2.1, 0.3, 3.6693338059872268e-14, -1.6270180482409e-16,
    1.4677329813181e-13),
  CountRecord(
    .studentTLog(df: 3), .between(1.1, 1.4), 0.2, 0.3, 1.2557022226701746, -0.20814630552211,
    0.92942821748736),
  CountRecord(
    .studentTLog(df: 3), .below(1.1), 0.2, 0.3, 0.98060117135868145, 3.0165226238916,
    -0.3157992111114),
  CountRecord(
    .studentTLog(df: 3), .above(1.1), 0.2, 0.3, 0.47014050321193509, -1.8105742330125,
    0.189548690905),
  CountRecord(
    .studentTLog(df: 3), .between(400, 500), 0.2, 0.3, 11.031656261549701, -0.67279734169114,
    -2.9692049836419),
  CountRecord(
    .studentTLog(df: 3), .below(400), 0.2, 0.3, 0.00015180738932993305, 7.8140121898099e-5,
    0.00045254574567954),
  CountRecord(
    .studentTLog(df: 3), .above(400), 0.2, 0.3, 8.7929739188591194, -0.514692936023,
    -2.9808258916241),
  CountRecord(
    .studentTLog(df: 3), .between(0.5, 3), 0.2, 0.3, 0.060075094073035445, -0.0015052878519177,
    0.14771642126874),
  CountRecord(
    .studentTLog(df: 3), .below(0.5), 0.2, 0.3, 3.5279438275601336, 2.667989714917, -2.382907491641),
  CountRecord(
    .studentTLog(df: 3), .above(0.5), 0.2, 0.3, 0.02980502338423065, -0.080716397694354,
    0.072091623025668),
]
