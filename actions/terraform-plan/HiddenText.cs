namespace Actions.TerraformPlanning;

/// <summary>Text inside of an HTML comment, which ends at <c>--</c>.</summary>
internal static class HiddenText
{
    public static string Encode(string text) => Uri.EscapeDataString(text).Replace("-", "%2D", StringComparison.Ordinal);

    public static string Decode(string text) => Uri.UnescapeDataString(text);
}
