using Actions.Shared.Manifests;

namespace Actions.Shared.Tests.Manifests;

/// <summary>The expectations were taken from what kubectl prints for such values.</summary>
public sealed class ScalarTypingSpecs
{
    private const string Prefix = "tag:yaml.org,2002:";

    [Theory]
    [InlineData(YamlScalarType.Null, "", "~", "null", "Null", "NULL")]
    [InlineData(YamlScalarType.Boolean, "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE")]
    [InlineData(YamlScalarType.Boolean, "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE")]
    [InlineData(YamlScalarType.Integer, "0", "1", "-1", "+5", "0777", "0o17", "0O17", "0x1f", "0X1F", "0b101", "-0b11", "-0x1f", "1_000", "0_7", "0x_1f", "1__0", "1_", "0_", "9223372036854775807", "-9223372036854775808", "0x7fffffffffffffff")]
    [InlineData(YamlScalarType.Float, "1.5", ".5", "-.5", "1.", "1e3", "1E+3", "09", "1_0.5", ".inf", "-.INF", "+.Inf", ".nan", "9223372036854775808", "18446744073709551615", "99999999999999999999", "0xffffffffffffffffff")]
    [InlineData(YamlScalarType.String, "nULL", "yEs", "tRUE", "yess", "1:20", "22:22", "190:20:30", "2001-01-01", "2001-1-1t1:1:1Z", "2001-12-14 21:59:43", "0x", "0b", "0b2", "-", "+", ".", "..", "1e400", "_1", "1.2.3", "1e", "=", "<<", "inf", "nan", ".Infinity", "0x1g", "1 000", "a", "-a", "100m", "1Gi", "+.", "0o8", "--1", "1-1")]
    public void Plain_scalars_are_typed_as_the_API_server_does(YamlScalarType expected, params string[] texts)
    {
        foreach (var text in texts)
        {
            ScalarTyping.Resolve(text, YamlScalarStyle.Plain).ShouldBe(expected, text);
        }
    }

    [Theory]
    [InlineData(YamlScalarStyle.SingleQuoted)]
    [InlineData(YamlScalarStyle.DoubleQuoted)]
    [InlineData(YamlScalarStyle.Literal)]
    [InlineData(YamlScalarStyle.Folded)]
    public void Anything_else_is_a_string(YamlScalarStyle style) => ScalarTyping.Resolve("yes", style).ShouldBe(YamlScalarType.String);

    [Theory]
    [InlineData("str", "5", YamlScalarType.String, true)]
    [InlineData("int", "5", YamlScalarType.Integer, true)]
    [InlineData("int", "abc", YamlScalarType.String, false)]
    [InlineData("float", "5", YamlScalarType.Float, true)]
    [InlineData("bool", "yes", YamlScalarType.Boolean, true)]
    [InlineData("bool", "1", YamlScalarType.String, false)]
    [InlineData("null", "", YamlScalarType.Null, true)]
    [InlineData("binary", "aGVsbG8=", YamlScalarType.String, true)]
    [InlineData("custom", "5", YamlScalarType.String, true)]
    public void Tags_decide(string tag, string text, YamlScalarType expected, bool fits)
    {
        ScalarTyping.Resolve(text, YamlScalarStyle.DoubleQuoted, Prefix + tag).ShouldBe(expected);
        ScalarTyping.FitsTag(text, Prefix + tag).ShouldBe(fits);
    }

    [Theory]
    [InlineData("0777", 511)]
    [InlineData("0o17", 15)]
    [InlineData("-0b11", -3)]
    [InlineData("1_000", 1000)]
    [InlineData("+5", 5)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Whole_numbers_have_Gos_values(string text, long expected)
    {
        Scalar(text).TryGetInt64(out var value).ShouldBeTrue();
        value.ShouldBe(expected);
    }

    [Theory]
    [InlineData("1e3", 1000)]
    [InlineData("09", 9)]
    [InlineData("-.5", -0.5)]
    [InlineData("0x10", 16)]
    [InlineData("99999999999999999999", 1e20)]
    [InlineData("-.inf", double.NegativeInfinity)]
    public void Numbers_have_Gos_values(string text, double expected)
    {
        Scalar(text).TryGetDouble(out var value).ShouldBeTrue();
        value.ShouldBe(expected);
    }

    [Theory]
    [InlineData("y", true)]
    [InlineData("ON", true)]
    [InlineData("True", true)]
    [InlineData("n", false)]
    [InlineData("OFF", false)]
    [InlineData("False", false)]
    [InlineData("NO", false)]
    public void Booleans_have_Gos_values(string text, bool expected)
    {
        Scalar(text).TryGetBoolean(out var value).ShouldBeTrue();
        value.ShouldBe(expected);
        Scalar("\"" + text + "\"").TryGetBoolean(out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("yes", "true")]
    [InlineData("off", "false")]
    [InlineData("0777", "511")]
    [InlineData("8080", "8080")]
    [InlineData("1.0", "1")]
    [InlineData("1.50", "1.5")]
    [InlineData("1e3", "1000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("0.00001", "1e-05")]
    [InlineData("0.0001", "0.0001")]
    [InlineData("123456789", "123456789")]
    [InlineData("1234567.5", "1.2345675e+06")]
    [InlineData("2001-01-01", "2001-01-01")]
    public void Keys_become_the_strings_that_kubectl_makes_of_them(string text, string expected) =>
        ((YamlMapping)Load(text + ": x\n").Documents[0].Root!)[0].Key.Value.ShouldBe(expected);

    private static YamlScalar Scalar(string text) => (YamlScalar)((YamlMapping)Load("a: " + text + "\n").Documents[0].Root!)[0].Value;

    private static ManifestFile Load(string text) => YamlLoader.Load("f", text, cancellation: TestContext.Current.CancellationToken);
}
