using System.Text.RegularExpressions;
using Actions.Shared.Plans;

namespace Actions.TerraformPlanning;

/// <summary>What a comment of ours remembers of a plan, for the next one to be compared with: a hidden line at the end of the section of a job.</summary>
/// <param name="Root">The root.</param>
/// <param name="Workspace">The workspace of Terraform.</param>
/// <param name="Sha">The commit that was planned; may be empty.</param>
/// <param name="Fingerprint">What it would do, hidden (<see cref="PlanFingerprint.Hidden"/>).</param>
internal sealed partial record LastPlan(string Root, string Workspace, string Sha, string Fingerprint)
{
    /// <summary>The line, without its end.</summary>
    public string Line => $"<!-- terraform-plan-last root={HiddenText.Encode(Root)} workspace={HiddenText.Encode(Workspace)} sha={Sha} -->{Fingerprint}";

    /// <summary>
    /// Those that a section ends with. Further up is text that comes from the plan; of a section that was cut there are none left.
    /// </summary>
    /// <param name="section">What the section says.</param>
    public static IEnumerable<LastPlan> Read(string section) => section.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Reverse()
        .Select(line => Pattern().Match(line))
        .TakeWhile(match => match.Success)
        .Select(match => new LastPlan(
            HiddenText.Decode(match.Groups["root"].Value), HiddenText.Decode(match.Groups["workspace"].Value), match.Groups["sha"].Value, match.Groups["fingerprint"].Value));

    /// <summary>What is different in <paramref name="later"/>; null when the line cannot be read.</summary>
    public IReadOnlyList<PlanDifference>? DifferencesTo(PlanFingerprint later) => PlanFingerprint.Find(Fingerprint)?.CompareTo(later);

    [GeneratedRegex(
        @"^<!-- terraform-plan-last root=(?<root>[^ ]+) workspace=(?<workspace>[^ ]+) sha=(?<sha>[0-9a-f]*) -->(?<fingerprint><!-- plan-fingerprint: [A-Za-z0-9+/=]+ -->)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
