using System.Reflection;
using System.Text.RegularExpressions;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation;
using Integration.Tests.Harness;

namespace Integration.Tests.Samples;

public sealed partial class SkipReasonSpecs
{
    [Fact]
    public void The_README_explains_every_reason_for_skipping_and_no_other()
    {
        var known = new[] { typeof(SkipReasons), typeof(RenderingReasons), typeof(ObjectReasons) }
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(field => (string)field.GetRawConstantValue()!)
            .Distinct()
            .Order(StringComparer.Ordinal);

        var page = File.ReadAllText(Repository.Path("actions", "validate-manifests", "README.md"));
        var section = page[page.IndexOf("## Never skipped in silence", StringComparison.Ordinal)..page.IndexOf("## Exit codes", StringComparison.Ordinal)];

        Row().Matches(section).Select(m => m.Groups["reason"].Value).ShouldBe(known);
    }

    [GeneratedRegex(@"^\| `(?<reason>[a-z-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
