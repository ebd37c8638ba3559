// terraform-plan: plans a root of Terraform or OpenTofu, shows what would change where reviewers look, and applies what was approved.
using Actions.Shared.Hosting;
using Actions.TerraformPlanning;

return await ActionHost.RunAsync(TerraformPlanProgram.Definition, args);
