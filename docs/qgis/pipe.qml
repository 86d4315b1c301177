<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.34.0" styleCategories="Symbology">
 <renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0">
  <rules key="rules">
   <rule key="rule0" symbol="0" filter="&quot;dn_mm&quot; &gt;= 800" label="DN 800 –" />
   <rule key="rule1" symbol="1" filter="&quot;dn_mm&quot; &gt;= 400 AND &quot;dn_mm&quot; &lt; 800" label="DN 400 – 799" />
   <rule key="rule2" symbol="2" filter="&quot;dn_mm&quot; &gt;= 200 AND &quot;dn_mm&quot; &lt; 400" label="DN 200 – 399" />
   <rule key="rule3" symbol="3" filter="&quot;dn_mm&quot; &gt; 0 AND &quot;dn_mm&quot; &lt; 200" label="– DN 199" />
   <rule key="rule4" symbol="4" filter="ELSE" label="DN not recorded / 口径未记录" />
  </rules>
  <symbols>
   <symbol name="0" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="line_color" value="91,99,106,255" />
      <Option type="QString" name="line_style" value="solid" />
      <Option type="QString" name="line_width" value="1.2" />
      <Option type="QString" name="line_width_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="line_color" value="91,99,106,255" />
      <Option type="QString" name="line_style" value="solid" />
      <Option type="QString" name="line_width" value="0.86" />
      <Option type="QString" name="line_width_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
   <symbol name="2" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="line_color" value="91,99,106,255" />
      <Option type="QString" name="line_style" value="solid" />
      <Option type="QString" name="line_width" value="0.6" />
      <Option type="QString" name="line_width_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
   <symbol name="3" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="line_color" value="91,99,106,255" />
      <Option type="QString" name="line_style" value="solid" />
      <Option type="QString" name="line_width" value="0.36" />
      <Option type="QString" name="line_width_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
   <symbol name="4" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option type="QString" name="line_color" value="91,99,106,255" />
      <Option type="QString" name="line_style" value="dash" />
      <Option type="QString" name="line_width" value="0.36" />
      <Option type="QString" name="line_width_unit" value="MM" />
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
</qgis>
