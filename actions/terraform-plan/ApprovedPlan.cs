using System.Text.RegularExpressions;

namespace Actions.TerraformPlanning;

/// <summary>What a comment of ours says was planned: a hidden line at the start of the section of a job.</summary>
/// <param name="Root">The root.</param>
/// <param name="Workspace">The workspace of Terraform.</param>
/// <param name="Sha">The head of the pull request that was planned.</param>
/// <param name="Digest">Digest of the plan.</param>
internal sealed partial record ApprovedPlan(string Root, string Workspace, string Sha, string Digest)
{
    /// <summary>The line, without its end.</summary>
    public string Line => $"<!-- terraform-plan root={HiddenText.Encode(Root)} workspace={HiddenText.Encode(Workspace)} sha={Sha} digest={Digest} -->";

    /// <summary>
    /// Those that a section begins with. Further down is text that comes from the plan, where others may have put such a line.
    /// </summary>
    /// <param name="section">What the section says.</param>
    public static IEnumerable<ApprovedPlan> Read(string section) => section.ReplaceLineEndings("\n").Split('\n')
        .Select(line => Pattern().Match(line))
        .TakeWhile(match => match.Success)
        .Select(match => new ApprovedPlan(
            HiddenText.Decode(match.Groups["root"].Value), HiddenText.Decode(match.Groups["workspace"].Value), match.Groups["sha"].Value, match.Groups["digest"].Value));

    [GeneratedRegex(@"^<!-- terraform-plan root=(?<root>[^ ]+) workspace=(?<workspace>[^ ]+) sha=(?<sha>[0-9a-f]*) digest=(?<digest>[a-z0-9:-]+) -->\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
